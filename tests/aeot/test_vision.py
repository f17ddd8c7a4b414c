import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.workflow  # a process with torch for every test

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def python(code: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Run `code` in a fresh interpreter that finds `paths`, then our scripts."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, [*paths, SCRIPTS])),
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300
    )


def test_the_python_parts_of_torchvision_work():
    code = """
import torch
from aeot.vision import torchvision
grid = torchvision.utils.make_grid(torch.zeros(4, 3, 8, 8))
image = torchvision.transforms.functional.resize(torch.rand(3, 8, 8), [4, 4])
net = torchvision.models.resnet18(weights=None)
print(tuple(grid.shape), tuple(image.shape), torchvision.datasets.MNIST.resources[0][1])
"""
    answer = python(code)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split(") ")[1] == "(3, 4, 4"
    assert answer.stdout.strip().endswith("f68b3c2dcbeaaa9fbdd348bbdeb94873")


def test_the_guard_stands_exactly_where_torchvision_alone_would_die():
    plain = python("import torchvision")
    guarded = python("import aeot.vision; print(aeot.vision.GUARD is not None)")
    assert guarded.returncode == 0, guarded.stderr
    assert (plain.returncode != 0) == (guarded.stdout.strip() == "True"), plain.stderr


def test_the_guard_is_inert_once_torchvision_is_imported():
    from aeot import vision

    assert "torchvision" in sys.modules
    assert vision.needs_guard() is False


def test_the_guard_is_inert_with_a_gpu_build_of_torch(tmp_path):
    # A torchvision that only records its import: its operators are absent and never asked for.
    package = tmp_path / "torchvision"
    package.mkdir()
    package.joinpath("__init__.py").write_text("")
    code = "import torch; torch.version.cuda = '13.0'; import aeot.vision as v; print(v.GUARD)"
    answer = python(code, tmp_path)
    assert answer.stdout.strip() == "None", answer.stderr


def test_the_guard_is_inert_where_the_compiled_operators_load(tmp_path):
    package = tmp_path / "torchvision"
    package.mkdir()
    package.joinpath("__init__.py").write_text("")
    package.joinpath("_C.so").write_bytes(b"")
    code = """
import torch
torch.ops.load_library = lambda path: print("loaded", str(path).rsplit("/")[-1])
import aeot.vision
print(aeot.vision.GUARD)
"""
    answer = python(code, tmp_path)
    assert answer.stdout.split() == ["loaded", "_C.so", "None"], answer.stderr


def test_the_guard_defines_schemas_where_the_compiled_operators_fail(tmp_path):
    package = tmp_path / "torchvision"
    package.mkdir()
    # As the real package does: a fake kernel for an operator that must already have a schema.
    package.joinpath("__init__.py").write_text(
        "import torch\n"
        "for name in ('nms', 'qnms'):\n"
        "    torch.library.register_fake(f'torchvision::{name}')(lambda d, s, t: d)\n"
    )
    package.joinpath("_C.so").write_bytes(b"not a library")
    code = """
import torch
torch.version.cuda = torch.version.hip = None
import aeot.vision
print(aeot.vision.GUARD is not None)
"""
    answer = python(code, tmp_path)
    assert answer.stdout.strip() == "True", answer.stderr


def test_a_missing_torchvision_is_named():
    code = "import sys; sys.modules['torchvision'] = None; import aeot.vision"
    answer = python(code)
    assert answer.returncode != 0
    assert "torchvision" in answer.stderr.splitlines()[-1]
