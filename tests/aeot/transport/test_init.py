"""The package's front: settings without torch, the rest on demand."""

import subprocess
import sys
from pathlib import Path

import pytest

import aeot.transport

SCRIPTS = Path(__file__).parents[3] / "scripts"


@pytest.mark.long
def test_the_package_and_its_settings_do_not_import_torch():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import aeot.transport as t; "
        "t.TransportSettings(tolerance=0.1); assert 'torch' not in sys.modules; "
        "t.solve; assert 'torch' in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(SCRIPTS)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_every_name_that_is_promised_is_there():
    from aeot.transport.map import TransportMap
    from aeot.transport.solver import Solution, solve

    for name in aeot.transport.__all__:
        assert getattr(aeot.transport, name).__name__ == name
    assert aeot.transport.solve is solve
    assert aeot.transport.Solution is Solution
    assert aeot.transport.TransportMap is TransportMap


def test_a_name_that_is_not_there_is_named():
    with pytest.raises(AttributeError, match="no attribute 'resolve'"):
        aeot.transport.resolve  # noqa: B018
