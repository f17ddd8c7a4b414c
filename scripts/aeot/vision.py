"""The one door through which torchvision is imported: `from aeot.vision import torchvision`.

The registry's torchvision is a CUDA build. Beside a CPU torch its compiled operators cannot
load, and `import torchvision` dies with "operator torchvision::nms does not exist", because it
registers fake kernels for two operators whose schemas nobody defined. Defining those two
schemas first is enough for everything written in Python: data sets, transforms, model graphs,
image grids. The compiled operators themselves (`ops.nms`, `io.read_image`) stay unavailable.

With a matching torchvision this module does nothing but import it.
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
    """Tell whether torch has no CUDA and torchvision's compiled operators cannot load."""
    if "torchvision" in sys.modules or torch.version.cuda or torch.version.hip:
        return False
    return not _operators_load()


def _operators_load() -> bool:
    """Load torchvision's compiled operators, as its own import would; False when they cannot."""
    spec = find_spec("torchvision")
    if spec is None or spec.origin is None:
        return True  # not installed: the import below says so in the usual words
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
    """Define the two missing schemas; they live as long as the returned library."""
    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    return library


GUARD = _define_schemas() if needs_guard() else None

import torchvision  # noqa: E402

__all__ = ["GUARD", "needs_guard", "torchvision"]
