"""Evaluate heights on held-out samples: count the samples of every cell, estimate the energy."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aeot.ranks import Ranks
from aeot.transport.cells import MET, Planes
from aeot.transport.certificate import (
    GROUPS,
    Counts,
    MassError,
    Vector,
    mass_error,
    variance_factor,
)
from aeot.transport.problem import Problem
from aeot.transport.source import CHUNK

_LANES = 32  # samples of a block of the scans, at most: runs come in whole blocks everywhere


@dataclass(frozen=True)
class Evaluation:
    """Mass error and energy of heights H (n,) on held-out samples, in standard coordinates.

    Attributes:
        error: the mass error and its bounds.
        counts: (GROUPS, n) int32 cell counts of the groups of the sample.
        effective: number of independent samples whose cell counts would vary as much.
        energy: estimate of E(H) = int max_i (<x, y_i> + H_i) dmu - sum_i nu_i H_i.
        energy_error: its standard error.
    """

    error: MassError
    counts: Counts
    effective: int
    energy: float
    energy_error: float

    def gradients(self, masses: Vector) -> Vector:
        """Two independent unbiased estimates (2, n) of the energy's gradient w - nu."""
        halves = np.stack([half.sum(axis=0) for half in np.split(self.counts, 2)])
        return halves / halves.sum(axis=1, keepdims=True) - masses


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
    """Evaluate heights on fresh samples that no step uses, without rounding the products.

    They are drawn in GROUPS independent groups. Where the planes can be crossed, a group's are the
    pairs of half samples of `Planes.crossed`: many for the time, and dependent. The energy is
    that of the samples as drawn, a MET-th of the pairs and independent: its variance hardly
    falls by crossing, since a score is the sum of its halves'.

    Args:
        problem: the points and their masses.
        planes: the kernel over the problem's support.
        heights: (n,) float64.
        size: held-out samples at least; the groups are of equal size.
        alpha: error probability of the interval.
        seed: of the run.
        number: of the evaluation; evaluations of different numbers draw different samples.
        ranks: the processes that share the samples.
    """
    planes.set_heights(heights)
    count, met = len(problem.masses), MET if planes.crosses else 1
    runs, length = _runs(size, met)
    counts = torch.zeros(GROUPS, count, dtype=torch.int32, device=heights.device)
    sums = torch.zeros(3, dtype=torch.float64, device=heights.device)
    chunk = length * max(1, CHUNK // (length * met))
    parts = problem.source.held_out(runs * length, seed, number, chunk)
    for start, rows, generator in parts[ranks.rank :: ranks.size]:
        drawn = problem.source.sample(rows, generator).to(heights.device)
        x, cells = _cells(problem, planes, problem.source.standard(drawn), length, met)
        run = torch.arange(len(cells), device=cells.device) // (length - met + 1) + start // length
        places = (run % GROUPS)[:, None] * count + cells
        ones = torch.ones_like(counts[0, 0]).expand(places.numel())
        counts.view(-1).scatter_add_(0, places.flatten(), ones)
        # Above the start's value the energy is a small difference: in double precision.
        own = cells[:, 0]
        top = torch.linalg.vecdot(x.double(), planes.support[own].double()) + heights[own]
        sums += torch.stack([top.sum(), top.square().sum(), top.new_tensor(len(top))])
    counts, sums = ranks.total(counts), ranks.total(sums)
    counted = counts.cpu().numpy()
    error = mass_error(counted, problem.masses, alpha)
    factor = variance_factor(counted, problem.masses) if met > 1 else 1.0
    total, squares, drawn_samples = sums.tolist()
    mean, square = total / drawn_samples, squares / drawn_samples
    shift = float((torch.from_numpy(problem.masses).to(heights.device) * heights).sum())
    return Evaluation(
        error,
        counted,
        round(error.samples / factor),
        mean - shift,
        math.sqrt(max(0.0, square - mean**2) / drawn_samples),
    )


def _runs(size: int, met: int) -> tuple[int, int]:
    """Cut at least `size` samples into runs, as many for every group.

    A run's samples are crossed with one another, so that met - 1 of its left halves, the last
    ones, are left out; independent samples are runs of one.

    Returns:
        Number of runs, a multiple of GROUPS, and samples that each draws.
    """
    if met == 1:
        return GROUPS * math.ceil(size / GROUPS), 1
    lost = met - 1
    left = math.ceil(size / (GROUPS * met))  # halves of a group
    several = math.ceil(left / (CHUNK // met - lost))
    return GROUPS * several, _LANES * math.ceil((left / several + lost) / _LANES)


def _cells(
    problem: Problem, planes: Planes, x: Tensor, length: int, met: int
) -> tuple[Tensor, Tensor]:
    """Find the cells of runs of `length` standard samples (m, d).

    Returns:
        The samples (k, r) whose left halves count, in the dimensions of the support, and the
        (k, met) cells of these with their own right half and the next ones of the run.
    """
    if met == 1:
        x = problem.project(x)
        return x, planes.best(x)[:, None]
    left, right = problem.halves(x)
    last = len(x) - met + 1
    cells = planes.crossed((left[:last], right), second=False)[0]
    kept = torch.arange(last, device=x.device) % length <= length - met
    return problem.project(x[:last][kept]), cells[kept]
