"""Evaluate heights on held-out samples: count the samples of every cell, estimate the energy."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from aeot.ranks import Ranks
from aeot.transport.cells import Planes
from aeot.transport.certificate import MassError, Vector, mass_error
from aeot.transport.problem import Problem


@dataclass(frozen=True)
class Evaluation:
    """Mass error and energy of heights H (n,) on held-out samples, in standard coordinates.

    Attributes:
        error: the mass error and its bounds.
        halves: (2, n) cell counts of the two halves of the sample.
        energy: estimate of E(H) = int max_i (<x, y_i> + H_i) dmu - sum_i nu_i H_i.
        energy_error: its standard error.
    """

    error: MassError
    halves: Vector
    energy: float
    energy_error: float

    def gradients(self, masses: Vector) -> Vector:
        """Two independent unbiased estimates (2, n) of the energy's gradient w - nu."""
        return self.halves / self.halves.sum(axis=1, keepdims=True) - masses


def evaluate(
    problem: Problem,
    planes: Planes,
    heights: Tensor,
    size: int,
    alpha: float,
    seed: int,
    number: int,
    ranks: Ranks,
) -> Evaluation:
    """Evaluate heights on `size` fresh samples that no step uses, without rounding the products.

    Args:
        problem: the points and their masses.
        planes: the kernel over the problem's support.
        heights: (n,) float64.
        size: held-out samples.
        alpha: error probability of the interval.
        seed: of the run.
        number: of the evaluation; evaluations of different numbers draw different samples.
        ranks: the processes that share the samples.
    """
    planes.set_heights(heights)
    support, count = planes.support, len(problem.masses)
    halves = torch.zeros(2, count, dtype=torch.float64, device=heights.device)
    sums = torch.zeros(2, dtype=torch.float64, device=heights.device)
    for part, (rows, generator) in enumerate(problem.source.held_out(size, seed, number)):
        if part % ranks.size != ranks.rank:
            continue
        drawn = problem.source.sample(rows, generator).to(heights.device)
        x = problem.project(problem.source.standard(drawn))
        cells = planes.best(x)
        for half, chosen in enumerate((cells[: rows // 2], cells[rows // 2 :])):
            halves[(half + part) % 2] += torch.bincount(chosen, minlength=count)
        # Above the start's value the energy is a small difference: in double precision.
        top = torch.linalg.vecdot(x.double(), support[cells].double()) + heights[cells]
        sums += torch.stack([top.sum(), top.square().sum()])
    halves, sums = ranks.total(halves), ranks.total(sums)
    counted = halves.cpu().numpy()
    mean, square = (sums / size).tolist()
    shift = float((torch.from_numpy(problem.masses).to(heights.device) * heights).sum())
    return Evaluation(
        mass_error(counted[0], counted[1], problem.masses, alpha),
        counted,
        mean - shift,
        math.sqrt(max(0.0, square - mean**2) / size),
    )
