"""The two lists of pinned packages agree."""

import re
from pathlib import Path

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
