"""Where the descent starts: exact on the line, the Gaussian answer elsewhere."""

import torch
from torch import Tensor

from aeot.transport.problem import Problem


def start(problem: Problem) -> Tensor:
    """Heights (n,) float64 to start from, in standard coordinates, on the CPU."""
    y, masses = problem.support.double(), torch.from_numpy(problem.masses)
    heights = _line(problem, y[:, 0], masses) if y.shape[1] == 1 else _gaussian(y, masses)
    return heights - (masses * heights).sum()


def _line(problem: Problem, y: Tensor, masses: Tensor) -> Tensor:
    """The exact heights in one dimension.

    Cells are intervals in the order of their points, so that neighbours meet at the source's
    quantile q of the mass to their left, where h_i + q y_i = h_j + q y_j.
    """
    order = y.argsort()
    left = masses[order].cumsum(0)[:-1].clamp(0, 1)
    meet = problem.source.from_uniform(left)
    drop = torch.cat([meet.new_zeros(1), -(meet * y[order].diff()).cumsum(0)])
    return torch.empty_like(y).scatter_(0, order, drop)


def _gaussian(y: Tensor, masses: Tensor) -> Tensor:
    """Heights of the optimal map between Gaussians of the same moments.

    From N(0, I) to N(m, A^2) the potential is <x, A x> / 2 + <m, x>; its conjugate at y gives
    h(y) = -<y - m, A^-1 (y - m)> / 2.
    """
    z = y - (masses[:, None] * y).sum(0)
    variances, axes = torch.linalg.eigh((masses[:, None] * z).T @ z)
    spread = variances.clamp_min(0).sqrt()
    floor = 1e-3 * spread.mean() + 1e-12  # directions without codes
    return -((z @ axes).square() / (spread + floor)).sum(1) / 2
