"""The benchmark's problems by name: codes (N, d) float32, all different, of equal masses."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from aeot.errors import InputError
from aeot.files import load_matrix
from aeot.seeding import numpy_generator
from aeot.transport.problem import Matrix


def _grid(rng: np.random.Generator, count: int) -> Matrix:
    """Draw from 25 narrow Gaussians on a 5 x 5 grid: spacing 2, standard deviation 0.05."""
    mode = rng.integers(0, 5, size=(count, 2)) - 2
    return (2 * mode + 0.05 * rng.normal(size=(count, 2))).astype(np.float32)


def _mixture(rng: np.random.Generator, count: int, dimension: int) -> Matrix:
    """Draw from ten Gaussians of random centres and random widths along random axes.

    The centres are N(0, I); the standard deviation along the k-th axis of a component falls like
    k^(-1/2), so that the codes are close to curved low-dimensional sheets, like those of an
    autoencoder.
    """
    widths = np.arange(1, dimension + 1) ** -0.5
    parts = np.sort(rng.integers(0, 10, size=count))
    codes = np.empty((count, dimension))
    for part in range(10):
        own = parts == part
        axes = np.linalg.qr(rng.normal(size=(dimension, dimension)))[0]
        spread = rng.normal(size=(own.sum(), dimension)) * widths
        codes[own] = rng.normal(size=dimension) + spread @ axes.T
    return rng.permutation(codes).astype(np.float32)


_SYNTHETIC: dict[str, tuple[int, Callable[[np.random.Generator, int], Matrix]]] = {
    "grid": (512, _grid),
    "mixture16": (2_000, lambda rng, count: _mixture(rng, count, 16)),
    "mixture64": (10_000, lambda rng, count: _mixture(rng, count, 64)),
}
NAMES = (*_SYNTHETIC, "fashion")


def make(name: str, seed: int, size: int | None = None, path: str | Path | None = None) -> Matrix:
    """Make a problem's codes.

    Args:
        name: one of `NAMES`.
        seed: makes the synthetic codes, and the choice where `size` takes a part of real ones.
        size: N; the problem's own where None.
        path: `.npz` with `codes` (N, d), for `fashion`; codes that occur twice are taken once.

    Raises:
        InputError: an unknown name, or no readable codes.
    """
    rng = numpy_generator(seed, "benchmark", name)
    if name in _SYNTHETIC:
        own, draw = _SYNTHETIC[name]
        return draw(rng, size or own)
    if name != "fashion":
        raise InputError(f"--problem {name} is unknown; choose from {', '.join(NAMES)}.")
    if path is None:
        raise InputError("the problem fashion needs --codes FILE, an .npz with codes (N, d).")
    codes = np.unique(load_matrix(path, "codes").astype(np.float32), axis=0)
    return rng.permutation(codes)[:size]
