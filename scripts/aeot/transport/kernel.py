"""Choice of the scans: the compiled ones if they work with the installed Numba, or plain ones."""

import logging
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

import numpy as np

from aeot.transport import plain

log = logging.getLogger(__name__)


@cache
def scans() -> ModuleType:
    """Return `aeot.transport.scan`, or `aeot.transport.plain` with a warning that states why.

    The compiled scans use internals of Numba, which any release may change. They are used if they
    can be imported and find the planes of a small problem.
    """
    try:
        from aeot.transport import scan

        _try(scan)
    except Exception as reason:
        log.warning(
            "the compiled search for planes does not work with Numba %s (%s: %s): NumPy searches, "
            "several times as slowly; install the Numba of envs/requirements.lock.",
            _numba(), type(reason).__name__, str(reason).partition("\n")[0],
        )  # fmt: skip
        return plain
    return scan


def _try(module: ModuleType) -> None:
    """Compare the scans of a module with the plain ones.

    Raises:
        ValueError: they differ.
    """
    rng = np.random.default_rng(0)
    planes = rng.normal(size=(2 * module.PLANES, 3)).astype(np.float32)
    x = rng.normal(size=(2, 2, module.LANES)).astype(np.float32)
    found = []
    for one in (module, plain):
        whole, pairs = _state(1, 2 * module.LANES), _state(2, module.LANES)
        one.highest(planes, x, 0, whole)
        one.crossed((planes, planes), (x[:1], x), pairs)
        found += [np.concatenate([*whole[1::2]]), np.concatenate([*pairs[1::2]])]
    if not all((found[k] == found[k + 2]).all() for k in (0, 1)):
        raise ValueError("it finds other planes")


def _state(met: int, count: int) -> tuple[plain.Floats, plain.Places, plain.Floats, plain.Places]:
    best, cell = np.full((met, count), -np.inf, np.float32), np.zeros((met, count), np.int32)
    return best, cell, best.copy(), cell.copy()


def _numba() -> str:
    try:
        return version("numba")
    except PackageNotFoundError:
        return "(not installed)"
