"""Initial heights of the descent, and the problems that are solved exactly without it."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from aeot.transport.planar import NotSolvable, solve_square
from aeot.transport.problem import Problem
from aeot.transport.source import Source

_PLANAR_LIMIT = 50_000  # points whose power diagram is still cheap: a second or two per Newton step
_QUANTILES = 1 << 22  # samples of a projected source for its quantiles
_CHUNK = 1 << 16  # rows taken to double precision at a time
_OUTLIER = 3.0  # scales from the centre beyond which points are moved inwards
_REACH = 3.0  # standard deviations by which the source extends beyond its typical distance
_PLANAR_TOLERANCE = 1e-6  # mass error; with near-duplicates it cannot fall below about 1e-8


def exact(problem: Problem) -> tuple[str, Tensor] | None:
    """Solve what needs no samples: one point, the line, the unit square.

    Returns:
        The method (`closed form`, `quantiles` or `power diagram`) and the heights (n,) float64 in
        standard coordinates on the CPU; or None if a descent is needed.
    """
    y, masses = problem.support.double(), torch.from_numpy(problem.masses)
    normal = problem.source.name == "gaussian"
    if len(y) == 1:
        return "closed form", torch.zeros(1, dtype=torch.float64)
    if not isinstance(problem.source, Source):
        return None
    if y.shape[1] == 1:
        closed = normal or problem.axes is None
        quantile = problem.source.from_uniform if closed else _projected_quantile(problem)
        heights = _line(y[:, 0], masses, quantile)
        return "closed form" if closed else "quantiles", _centred(heights, masses)
    if problem.source.dimension == 2 and not normal and len(y) <= _PLANAR_LIMIT:
        return _square(problem, y, masses)
    return None


def _centred(heights: Tensor, masses: Tensor) -> Tensor:
    return heights - (masses * heights).sum()


def _line(y: Tensor, masses: Tensor, quantile: Callable[[Tensor], Tensor]) -> Tensor:
    """The exact heights in one dimension.

    Cells are intervals in the order of their points, so that neighbours meet at the source's
    quantile q of the mass to their left, where h_i + q y_i = h_j + q y_j.
    """
    order = y.argsort()
    left = masses[order].cumsum(0)[:-1].clamp(0, 1)
    meet = quantile(left)
    drop = torch.cat([meet.new_zeros(1), -(meet * y[order].diff()).cumsum(0)])
    return torch.empty_like(y).scatter_(0, order, drop)


def _projected_quantile(problem: Problem) -> Callable[[Tensor], Tensor]:
    """Quantile function of the uniform source's projection on the line that holds the codes."""
    stream, parts = problem.source.stream(0), []
    for start in range(0, _QUANTILES, _CHUNK):
        x = problem.source.from_stream(stream.points(start, _CHUNK))
        parts.append(problem.project(x)[:, 0])
    values = torch.cat(parts).sort().values.numpy()
    places = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    return lambda share: torch.from_numpy(np.interp(share.numpy(), places, values))


def _square(problem: Problem, y: Tensor, masses: Tensor) -> tuple[str, Tensor] | None:
    """The exact heights on the unit square; None where the points are too close for Newton.

    With x = c + s x' on [0, 1]^2, <x, y> + h = s (<x', y> + H) + const for H = (h + c sum(y)) / s.
    """
    points = y if problem.axes is None else y @ problem.axes.double().T
    try:
        heights = torch.from_numpy(solve_square(points.numpy(), problem.masses, _PLANAR_TOLERANCE))
    except NotSolvable:
        return None
    heights = (heights + problem.source.centre * points.sum(1)) / problem.source.spread
    return "power diagram", _centred(heights, masses)


def start(problem: Problem) -> Tensor:
    """Heights (n,) float64 to start from, in standard coordinates, on the CPU.

    They are those of the optimal map between Gaussians of the same moments. From N(0, I) to
    N(m, A^2) the potential is <x, A x> / 2 + <m, x>; its conjugate at y gives
    h(y) = -<y - m, A^-1 (y - m)> / 2, attained at x = A^-1 (y - m). For an outlier, x would lie
    outside the source: it is moved inwards, and the tangent plane at the resulting point is used.
    In the moments, too, outliers count as if they were closer.
    """
    masses = torch.from_numpy(problem.masses)
    y = problem.support
    mean = torch.zeros(y.shape[1], dtype=torch.float64)
    square = torch.zeros(y.shape[1], y.shape[1], dtype=torch.float64)
    for rows, weights in zip(y.split(_CHUNK), masses.split(_CHUNK), strict=True):
        far = rows.double().norm(dim=1, keepdim=True) / (_OUTLIER * y.shape[1] ** 0.5)
        near = rows.double() / far.clamp_min(1)
        mean += weights @ near
        square += (weights[:, None] * near).T @ near
    variances, axes = torch.linalg.eigh(square - torch.outer(mean, mean))
    spread = variances.clamp_min(0).sqrt()
    floor = 1e-3 * spread.mean() + 1e-12  # directions without codes
    inverse = axes / (spread + floor)
    limit, heights = y.shape[1] ** 0.5 + _REACH, []
    for rows in y.split(_CHUNK):
        z = rows.double() - mean
        x = z @ inverse  # in the axes' coordinates
        drawn = (limit / x.norm(dim=1).clamp_min(limit)).clamp_max(1)
        heights.append(-(drawn - drawn.square() / 2) * (x * (z @ axes)).sum(dim=1))
    return _centred(torch.cat(heights), masses)
