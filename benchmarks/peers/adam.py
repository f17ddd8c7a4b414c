"""The paper's algorithm: Adam on the energy of one fixed quasi-random sample.

It is implemented from a description of pyOMT (An et al., ICLR 2020), whose licence forbids
commercial use: Adam without bias correction; every step counts the same M unscrambled Sobol points,
M is doubled after 31 steps without a smaller gradient, and the result is the last iterate. Its
absolute stopping rule, |gradient| < 2e-3, is omitted: the run continues while it has time.
"""

from collections.abc import Callable
from typing import Any

import torch
from benchmarks.peers.coordinates import Coordinates
from benchmarks.watch import Watch
from torch import Tensor

from aeot.transport.cells import Planes
from aeot.transport.problem import Matrix

_FIRST, _PATIENCE, _ROWS = 10_000, 31, 1_000
_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


def _rates(kernel: str, *rates: float) -> list[dict[str, Any]]:
    return [{"kernel": kernel, "lr": lr} for lr in rates]


VARIANTS = {
    "grid": [*_rates("plain", 1e-4, 3e-4, 1e-3), *_rates("same", 3e-5, 1e-4, 3e-4, 1e-3)],
    "mixture16": [*_rates("plain", 0.05), *_rates("same", 0.02, 0.05, 0.1)],
    "mixture64": [*_rates("plain", 0.05), *_rates("same", 0.05)],
    "fashion": _rates("same", 0.05),
}


def run(codes: Matrix, seed: int, watch: Watch, kernel: str, lr: float) -> None:
    """Descend until the watch ends it.

    Args:
        codes: (N, d) as given.
        seed: not used, the sample is the same in every run.
        watch: clock and recorder.
        kernel: `plain`, x @ y.T + h and torch.max; `same`, our tiled kernel.
        lr: step size, for codes of unit variance and x on [-1/2, 1/2]^d.
    """
    watch.start()
    coordinates = Coordinates(codes, spread=1.0)
    y = torch.from_numpy(coordinates.y)
    winners = _plain(y) if kernel == "plain" else _same(y)
    heights = torch.zeros(len(y), dtype=torch.float64)
    first, second = torch.zeros_like(heights), torch.zeros_like(heights)
    x, used, best, waited = _sobol(y.shape[1], _FIRST), 0, torch.inf, 0
    while True:
        hits = torch.bincount(winners(x, heights), minlength=len(y)).double()
        gradient = hits / len(x) - 1 / len(y)
        first = _BETA1 * first + (1 - _BETA1) * gradient
        second = _BETA2 * second + (1 - _BETA2) * gradient**2
        heights = heights - lr * first / (second.sqrt() + _EPSILON)
        used += len(x)
        norm = float(gradient.norm())
        waited = 0 if norm < best else waited + 1
        best = min(best, norm)
        if waited >= _PATIENCE:
            x, waited = _sobol(y.shape[1], 2 * len(x)), 0
        if watch.due():
            watch.record(used, coordinates.heights(heights.numpy()))


def _sobol(dimension: int, count: int) -> Tensor:
    """The first `count` Sobol points, on [-1/2, 1/2]^d."""
    return torch.quasirandom.SobolEngine(dimension).draw(count) - 0.5


def _plain(y: Tensor) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the simplest kernel, which processes a thousand samples at a time."""

    def winners(x: Tensor, heights: Tensor) -> Tensor:
        h = heights.float()
        return torch.cat([torch.max(rows @ y.T + h, dim=1).indices for rows in x.split(_ROWS)])

    return winners


def _same(y: Tensor) -> Callable[[Tensor, Tensor], Tensor]:
    """Return our kernel."""
    planes = Planes(y)

    def winners(x: Tensor, heights: Tensor) -> Tensor:
        planes.set_heights(heights)
        return planes.best(x)

    return winners
