"""The lists of packages agree: the lock, the jobs' environment, the requirements of the library."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def pins(path):
    lines = (ROOT / path).read_text().splitlines()
    found = (re.fullmatch(r"\s*(?:- )?([A-Za-z0-9_.-]+)==([^\s#]+)", line) for line in lines)
    return {m[1].lower().replace("_", "-"): m[2] for m in found if m}


def test_the_conda_file_pins_what_the_lock_pins():
    lock, conda = pins("envs/requirements.lock"), pins("envs/aeot.yaml")
    assert len(conda) > 10
    assert {name: lock.get(name) for name in conda} == conda


def test_the_lock_names_no_local_build():
    assert not [
        line
        for line in (ROOT / "envs/requirements.lock").read_text().splitlines()
        if "+" in line or "@" in line or "://" in line
    ]


def test_the_lock_pins_every_package_it_lists():
    lines = [
        line
        for line in (ROOT / "envs/requirements.lock").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert len(lines) == len(pins("envs/requirements.lock"))


def requirements():
    """Name -> versions that `pip install .[workflow]` takes."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["workflow"]
    found = {r.name.lower().replace("_", "-"): r.specifier for r in map(Requirement, lines)}
    assert len(found) == len(lines)
    return found


def test_the_requirements_admit_the_tested_versions_and_none_before():
    lock = pins("envs/requirements.lock")
    for name, versions in requirements().items():
        assert versions.contains(lock[name]), name
        assert not versions.contains("0.0.1"), name


def test_the_requirements_are_those_of_the_jobs_and_snakemake():
    assert set(requirements()) == {*pins("envs/aeot.yaml"), "snakemake"}


def test_the_site_s_lock_pins_what_the_first_lock_does_not():
    lines = [line for line in (ROOT / "envs/docs.lock").read_text().splitlines() if line[:1] != "#"]
    docs = pins("envs/docs.lock")
    assert {"sphinx", "myst-parser", "furo"} <= docs.keys()
    assert len(lines) == len(docs)
    assert not docs.keys() & pins("envs/requirements.lock").keys()
