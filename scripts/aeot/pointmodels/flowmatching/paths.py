"""Paths of a flow: the computation of samples, and the straightness of the paths."""

from typing import NamedTuple

import torch
from torch import Tensor, nn


class Straightness(NamedTuple):
    """The deviation of paths from straight lines at constant speed, and their cost.

    Attributes:
        straightness: relative to `cost`; 0 if every path is a straight line at constant speed.
        cost: E |Z_1 - Z_0|^2, per dimension.
    """

    straightness: float
    cost: float


@torch.no_grad()
def transport(velocity: nn.Module, x: Tensor, steps: int, solver: str = "midpoint") -> Tensor:
    """Follow the flow from t = 0 to 1.

    Args:
        velocity: v(x, t), (T, n, d) and (T, n, 1) -> (T, n, d).
        x: (T, n, d) at t = 0.
        steps: equal steps of the solver.
        solver: `euler`, of order 1 with an evaluation per step, or `midpoint`, of order 2 with two.

    Returns:
        (T, n, d) at t = 1.
    """
    for k in range(steps):
        t, place = torch.full_like(x[..., :1], k / steps), x
        if solver == "midpoint":
            place, t = x + velocity(x, t) / (2 * steps), t + 1 / (2 * steps)
        x = x + velocity(place, t) / steps
    return x


@torch.no_grad()
def straightness(velocity: nn.Module, x: Tensor, steps: int = 64) -> Straightness:
    """Measure how straight the paths of a flow are.

    Liu, Gong and Liu 2023 (arXiv 2209.03003): S(Z) = int_0^1 E |(Z_1 - Z_0) -
    dZ_t/dt|^2 dt, here divided by E |Z_1 - Z_0|^2. Along the path of Euler's method, Z_1 - Z_0 is
    the mean velocity, so S is the variance of the velocity along the path.

    Args:
        velocity: see `transport`.
        x: (T, n, d) at t = 0; the mean is over all T n paths.
        steps: Euler steps.
    """
    total, squares = torch.zeros_like(x), 0.0
    for k in range(steps):
        v = velocity(x, torch.full_like(x[..., :1], k / steps))
        x, total = x + v / steps, total + v
        squares += v.square().mean().item() / steps
    cost = (total / steps).square().mean().item()
    return Straightness(max(0.0, squares - cost) / cost if cost else 0.0, cost)
