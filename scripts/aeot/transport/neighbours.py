"""Nearest points by the kernel: |x - y_j|^2 is least where <x, y_j> - |y_j|^2 / 2 is largest.

The heights of the kernel are left at these values. If rounding does not distinguish a point from
its twins, one of them is returned.
"""

import torch
from torch import Tensor

from aeot.transport.cells import Planes


def nearest(planes: Planes, points: Tensor) -> Tensor:
    """Nearest of a kernel's support (N, d) to each point (n, d): (n,) int64."""
    _take_squares(planes)
    return planes.best(points)


def nearest_other(planes: Planes, rows: Tensor | None = None) -> Tensor:
    """Nearest other point of points of a kernel's support (N, d), N >= 2: (n,) int64.

    Args:
        planes: the kernel.
        rows: (n,) numbers of the points (default: all).
    """
    _take_squares(planes)
    itself = torch.arange(len(planes.support)) if rows is None else rows
    itself = itself.to(planes.device)
    first, second, _ = planes.best_two(planes.support[itself])
    return torch.where(first == itself, second, first)


def _take_squares(planes: Planes) -> None:
    planes.set_heights(-planes.support.norm(dim=1).double().square() / 2)
