"""The only module that imports torchvision: use `from aeot.vision import torchvision`.

The registry's torchvision is a CUDA build. Beside a CPU torch its compiled operators cannot
load, and `import torchvision` fails with "operator torchvision::nms does not exist", because it
registers fake kernels for two operators whose schemas are not defined. Defining these two
schemas first is enough for everything written in Python: data sets, transforms, model graphs,
image grids. The compiled operators themselves (`ops.nms`, `io.read_image`) are not available.

With a matching torchvision, this module only imports it.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import torch

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


def needs_guard() -> bool:
    """Whether torch has no CUDA and torchvision's compiled operators cannot be loaded."""
    if "torchvision" in sys.modules or torch.version.cuda or torch.version.hip:
        return False
    return not _operators_load()


def _operators_load() -> bool:
    """Load torchvision's compiled operators, as its own import would; False when they cannot."""
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True  # not installed: the import below raises the usual error
    libraries = [
        path for path in Path(spec.origin).parent.glob("_C*") if path.suffix in (".so", ".pyd")
    ]
    try:
        for library in libraries:
            torch.ops.load_library(library)
    except (OSError, ImportError):
        return False
    return bool(libraries)


def _define_schemas() -> "torch.library.Library":
    """Define the two missing schemas, which exist as long as the returned library."""
    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    return library


GUARD = _define_schemas() if needs_guard() else None

import torchvision  # noqa: E402

__all__ = ["GUARD", "needs_guard", "torchvision"]
