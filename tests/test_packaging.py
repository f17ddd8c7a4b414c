"""The library without the workflow: `pip install .` into an environment with nothing else in it."""

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import aeot

pytestmark = pytest.mark.workflow  # an environment, and pip in it

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
UNWANTED = ("snakemake", "pandas", "matplotlib", "torchvision")

SOLVE = """
import json, sys
import numpy as np
from aeot.transport import solve

codes = np.random.default_rng(0).normal(size=(40, 3))
solution = solve(codes)
drawn = solution.sample(50, np.random.default_rng(1))
print(json.dumps({
    "file": sys.modules["aeot"].__file__,
    "modules": sorted(sys.modules),
    "path": sys.path,
    "method": solution.report["method"],
    "converged": solution.report["converged"],
    "codes": bool((drawn[:, None] == codes.astype(np.float32)[None]).all(axis=2).any(axis=1).all()),
}))
"""


def pip(*words):
    """Run pip without an index, and without what its configuration would offer in its place."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--isolated", *map(str, words), "--no-index"],
        env=os.environ | {"PIP_CONFIG_FILE": os.devnull},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(requirements):
    """The installed distributions that requirements name, and what those require."""
    found, queue = {}, list(requirements)
    while queue:
        wanted = queue.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        name = re.sub(r"[-_.]+", "-", wanted.name).lower()
        if name not in found:
            found[name] = metadata.distribution(name)
            queue.extend(map(Requirement, found[name].requires or []))
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment that has the library's requirements, from here, and the built wheel."""
    folder = tmp_path_factory.mktemp("packaging")
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", symlinks=True)
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    parts = {  # a set: distributions may share a folder
        distribution.locate_file(file.parts[0])
        for distribution in needed(map(Requirement, PROJECT["dependencies"])).values()
        for file in distribution.files
        if file.parts[0] not in ("..", "__pycache__")
    }
    for part in parts:
        (site / part.name).symlink_to(part)
    # Without an index pip adds nothing: it refuses where a requirement is not met by what is there.
    pip("--python", folder / "env", "install", wheel)
    return folder / "env"


def test_the_installed_solver_needs_no_part_of_the_workflow(environment, tmp_path):
    done = subprocess.run(
        [environment / "bin" / "python", "-I", "-c", SOLVE],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert Path(said["file"]).is_relative_to(environment)
    assert not [entry for entry in said["path"] if Path(entry).is_relative_to(ROOT)]
    assert not {name.partition(".")[0] for name in said["modules"]} & set(UNWANTED)
    assert said["method"] == "averaged stochastic Newton"
    assert said["converged"] and said["codes"]


def test_the_environment_would_miss_what_the_workflow_takes(environment):
    ask = f"from importlib.util import find_spec; print(*map(find_spec, {UNWANTED}))"
    done = subprocess.run(
        [environment / "bin" / "python", "-I", "-c", ask],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["None"] * len(UNWANTED)


def test_the_wheel_has_the_version_of_the_library(environment):
    (found,) = environment.glob("lib/python*/site-packages/aeot-*.dist-info")
    assert found.name == f"aeot-{aeot.__version__}.dist-info"
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {aeot.__version__}\n" in citation
