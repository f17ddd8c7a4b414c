"""Frequency with which the certificate's bounds miss exactly known mass errors, over many seeds.

The cells of random codes in the unit square are polygons; those of the corners of the unit cube,
divided once along every axis, are boxes. Each bound may miss in 5 % of the evaluations.
"""

import argparse
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from aeot import files
from aeot.ranks import Ranks
from aeot.transport import planar
from aeot.transport.cells import Planes
from aeot.transport.evaluations import evaluate
from aeot.transport.problem import Problem
from aeot.transport.start import exact

COLUMNS = [
    "samples", "problem", "codes", "mass_error", "rms_error", "empty_cells", "held_out_samples",
    "noise", "seeds", "upper_below_rms", "upper_below_mean", "lower_above_mean", "mean_low",
    "mean_high",
]  # fmt: skip
_ALPHA = 0.1
Case = tuple[Problem, torch.Tensor, NDArray[np.float64]]  # with heights, and their exact masses


def main(argv: list[str] | None = None) -> None:
    """Parse, evaluate every case, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--samples", choices=("independent", "crossed"), required=True)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--out-rows", metavar="FILE", required=True, help=".csv")
    args = parser.parse_args(argv)
    torch.set_num_threads(1)
    rows = []
    for name, case, size in _cases(args.samples == "crossed"):
        rows.append(_row(name, case, size, args.samples, args.seeds))
        print(rows[-1], flush=True)
        files.save_rows(args.out_rows, rows, COLUMNS)


def _cases(crossed: bool) -> Iterator[tuple[str, Case, int]]:
    for dimension, shift in ((8, 0.0), (8, 0.02)):
        yield f"cube{dimension}", _cube(dimension, shift), 100_000
    for count, noises in ((40, (0.0, 0.003, 0.01, 0.03)), (400, (0.0, 0.0003, 0.001, 0.003))):
        for noise in noises:
            case = _square(count, noise)
            for size in (32_768,) if crossed else (4096, 32_768):
                yield "square", case, size


def _square(count: int, noise: float) -> Case:
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(count, 2)) * [3, 1] + 5).astype(np.float32)
    problem = Problem.build(codes, rng.dirichlet(np.full(count, 5.0)), "uniform")
    known = exact(problem)
    assert known is not None
    heights = known[1] + noise * torch.from_numpy(rng.normal(size=count))
    given = problem.heights_of_codes(heights.numpy())
    return problem, heights, planar.power_diagram(codes.astype(float), given).masses


def _cube(dimension: int, shift: float) -> Case:
    codes = np.array(list(product([0, 1], repeat=dimension)), np.float32)
    problem = Problem.build(codes, None, "uniform")
    right = 0.5 + shift * np.random.default_rng(2).choice([-1, 1], size=dimension)
    given = -codes.astype(float) @ (1 - right)  # x_k > 1 - right_k goes to corners of code_k = 1
    heights = torch.from_numpy(problem.heights_from_codes(given))
    return problem, heights, np.where(codes, right, 1 - right).prod(axis=1)


def _row(name: str, case: Case, size: int, samples: str, seeds: int) -> dict[str, Any]:
    problem, heights, masses = case
    planes = Planes(problem.support, problem.split if samples == "crossed" else None)
    errors = [
        evaluate(problem, planes, heights, size, _ALPHA, seed, 1, Ranks()).error
        for seed in range(seeds)
    ]
    mean = np.abs(masses - problem.masses).sum()
    rms = np.sqrt(((masses - problem.masses) ** 2 / problem.masses).sum())
    low, high = (np.array([getattr(error, side) for error in errors]) for side in ("low", "high"))
    slack = 1e-9
    values = [samples, name, len(masses), mean, rms, int((masses == 0).sum()), errors[0].samples,
              np.mean([error.noise for error in errors]), seeds, int((high < rms - slack).sum()),
              int((high < mean - slack).sum()), int((low > mean + slack).sum()), low.mean(),
              high.mean()]  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


if __name__ == "__main__":
    main()
