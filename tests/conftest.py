"""Python and Snakemake without their start: what most of the time of short jobs goes to."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def warm(tmp_path_factory) -> Path:
    """A folder with `python` and `snakemake`: those of `warm_python.py`; our own but on Linux."""
    if sys.platform != "linux":
        return Path(sys.executable).parent
    folder = tmp_path_factory.mktemp("warm")
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}  # as `cli.add_compute` sets it
    started = subprocess.Popen([sys.executable, HERE / "warm_python.py", folder], env=environment)
    while not (folder / "python").exists():
        assert started.poll() is None, "warm_python.py failed; what it said stands above"
        time.sleep(0.1)
    return folder
