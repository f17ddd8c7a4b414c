"""Profiles that cannot all be run here: their options exist, their plugins are pinned."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted(path.parent.name for path in (ROOT / "profiles").glob("*/profile.yaml"))


@pytest.fixture(scope="session")
def options():
    """Every long option that Snakemake lists."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--help"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return set(re.findall(r"--([a-z][a-z-]+)", done.stdout))


def test_the_profiles_are_those_that_are_documented():
    assert PROFILES == ["cluster-generic", "default", "kubernetes", "slurm"]
    text = (ROOT / "docs" / "clusters.md").read_text()
    assert all(f"profiles/{name}" in text for name in PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_names_options_that_exist(name, options):
    values = yaml.safe_load((ROOT / "profiles" / name / "profile.yaml").read_text())
    executor = values.get("executor")
    for key in values:
        assert key in options or (executor and key.startswith(f"{executor}-")), key
    if executor:
        pins = (ROOT / "envs" / f"{name}.lock").read_text()
        assert re.search(rf"^snakemake-executor-plugin-{executor}==[\d.]+$", pins, re.MULTILINE)
        asked = values["default-resources"]
        assert "attempt" in asked["mem_mb"]  # a retry gets more
        assert values["retries"] == 2


def test_a_cluster_profile_says_that_there_are_gpus():
    for name in PROFILES:
        if name != "default":
            values = yaml.safe_load((ROOT / "profiles" / name / "profile.yaml").read_text())
            assert values["config"] == ["gpu=true"]
