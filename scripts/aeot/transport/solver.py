"""Averaged stochastic Newton descent of the Brenier energy, stopped on held-out samples.

E(h) = int max_i (<x, y_i> + h_i) dmu(x) - sum_i nu_i h_i is convex, with gradient w_i - nu_i
(Aurenhammer, Hoffmann, Aronov 1998; Gu, Luo, Sun, Yau 2013). Every step draws fresh samples,
estimates the gradient and the Hessian from them, and moves along a damped Newton direction with
steps falling like t^(-1/2); the answer is a weighted average of the path (Polyak, Juditsky 1992).
On the line and on the unit square the solution is computed without samples. docs/transport.md
derives the method.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.ranks import Ranks
from aeot.seeding import stream_seed
from aeot.transport.map import TransportMap
from aeot.transport.problem import Matrix, Problem, Vector, check_masses
from aeot.transport.run import Clock, Run
from aeot.transport.sampled import Sampler
from aeot.transport.settings import TransportSettings
from aeot.transport.start import exact

_LEAST, _MOST = 1e-30, 1e36  # of the largest coordinate: differences and sums remain normal numbers

OnEvaluation = Callable[[TransportMap, dict[str, Any]], None]


@dataclass(frozen=True)
class Solution:
    """A solved transport.

    Attributes:
        transport: the map, with `save` and `load`.
        masses: (N,) float64, the source mass of every code's power cell, counted on held-out
            samples; codes that coincide share their cell's mass in proportion to their targets.
        report: `converged`, `mass_error` with its bounds, `energy`, `source_samples` and other
            values.
        history: one row per evaluation of the error.
    """

    transport: TransportMap
    masses: Vector
    report: dict[str, Any]
    history: list[dict[str, Any]]

    @overload
    def map(self, x: Tensor) -> Tensor: ...
    @overload
    def map(self, x: NDArray[np.generic]) -> Matrix: ...
    def map(self, x: Tensor | NDArray[np.generic]) -> Tensor | Matrix:
        """Transport source samples (m, d) to codes (m, d): `TransportMap.map`."""
        return self.transport.map(x)

    @overload
    def soft(self, x: Tensor, epsilon: float) -> Tensor: ...
    @overload
    def soft(self, x: NDArray[np.generic], epsilon: float) -> Matrix: ...
    def soft(self, x: Tensor | NDArray[np.generic], epsilon: float) -> Tensor | Matrix:
        """Transport source samples smoothly: `TransportMap.soft`."""
        return self.transport.soft(x, epsilon)

    @overload
    def sample(self, count: int, generator: torch.Generator) -> Tensor: ...
    @overload
    def sample(self, count: int, generator: np.random.Generator) -> Matrix: ...
    def sample(
        self, count: int, generator: torch.Generator | np.random.Generator
    ) -> Tensor | Matrix:
        """Draw (count, d) codes: `TransportMap.sample`."""
        return self.transport.sample(count, generator)

    @overload
    def pairs(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]: ...
    @overload
    def pairs(
        self, count: int, generator: np.random.Generator
    ) -> tuple[Vector, NDArray[np.int64]]: ...
    def pairs(
        self, count: int, generator: torch.Generator | np.random.Generator
    ) -> tuple[Tensor, Tensor] | tuple[Vector, NDArray[np.int64]]:
        """Draw (count, d) source samples and their (count,) cells: `TransportMap.pairs`."""
        return self.transport.pairs(count, generator)


def solve(
    codes: Tensor | NDArray[Any],
    masses: Tensor | NDArray[Any] | None = None,
    settings: TransportSettings | None = None,
    seed: int = 0,
    device: torch.device | str = "cpu",
    checkpoint: Checkpoint | None = None,
    on_evaluation: OnEvaluation | None = None,
    initial: Tensor | NDArray[Any] | None = None,
    source: Sampler | None = None,
) -> Solution:
    """Find the heights at which every power cell has its target mass.

    If `torch.distributed` is initialised (`torchrun`), all ranks share the work and return the same
    solution.

    Args:
        codes: (N, d) points of the target, finite; converted to single precision; of any scale,
            as long as the largest coordinate is 1e-30 to 1e36.
        masses: (N,) positive target masses, normalised here; None for equal ones.
        settings: source, tolerance, confidence and budget.
        seed: seed of all random samples.
        device: where the heights are compared.
        checkpoint: stores the state of the run, so that a later call resumes from it.
        on_evaluation: called at every evaluation with the current map and its row of the history
            (including `seconds`).
        initial: (N,) heights to start from, finite, such as those of a solve of nearly the same
            codes (`TransportMap.heights_for`); they are evaluated on separate samples and only
            improved if they do not pass. Problems that are solved exactly do not use them.
        source: draws samples of the source, instead of the source that the settings name: a
            function of a count and a torch generator that returns (count, d) independent samples, a
            finite tensor of floats on the generator's device.

    Raises:
        InputError: the codes are not a dense, finite matrix of real numbers, have more dimensions
            than Sobol points, or are too small or too large for single precision; or the masses,
            the initial heights or the samples of `source` do not match them.
    """
    clock = Clock()
    points, weights = _matrix(codes), None if masses is None else as_numpy(masses, "masses")
    settings, device = settings or TransportSettings(), torch.device(device)
    target = check_masses(weights, len(points))
    if source is not None and not callable(source):
        raise InputError(
            f"source is {source!r}; it must be a function (count, generator) -> samples "
            "(count, d), and the name of a known source goes into the settings."
        )
    origin = source or settings.source
    most = torch.quasirandom.SobolEngine.MAXDIM
    if source is None and points.shape[1] > most:
        raise InputError(
            f"codes have {points.shape[1]:,} dimensions, and torch's Sobol points {most:,} at "
            "most; reduce the codes' dimensions, or pass a source that can be sampled."
        )
    problem = Problem.build(points, weights, origin)
    first = None
    if initial is not None:
        given = _heights(initial, len(points))
        first = torch.from_numpy(problem.heights_from_codes(given))
        # The heights may have been fitted to, and evaluated on, the samples of this seed.
        seed = stream_seed(seed, "initial", hashlib.sha256(given.tobytes()).hexdigest())
    run = Run(problem, settings, seed, device, clock, Ranks())
    if on_evaluation is not None:
        shipped = partial(TransportMap, points, masses=target, source=origin)
        run.on_evaluation = lambda heights, row: on_evaluation(
            shipped(heights=problem.heights_of_codes(heights.cpu().numpy())), row
        )
    known = exact(problem)
    heights = run.judge(*known) if known else run.descend(checkpoint, first)
    given = problem.heights_of_codes(heights.cpu().numpy())
    hits = run.evaluation.counts.sum(axis=0)[problem.groups]
    shares = hits * target / problem.masses[problem.groups]
    return Solution(
        TransportMap(points, given, target, origin),
        shares / shares.sum(),
        run.report(),
        run.history,
    )


def as_numpy(values: Tensor | NDArray[Any], name: str) -> NDArray[Any]:
    """Convert what a user gave as `name` to NumPy."""
    if isinstance(values, Tensor):
        if values.layout != torch.strided or values.is_quantized:
            raise InputError(f"{name} are a sparse or quantized tensor; make them dense floats.")
        values = values.detach().cpu()
        # NumPy has no bfloat16; single precision represents every shorter number exactly.
        short = values.is_floating_point() and values.itemsize < 4
        return (values.float() if short else values).numpy()
    if hasattr(values, "toarray"):
        raise InputError(f"{name} are a sparse matrix; pass {name}.toarray().")
    if np.ma.is_masked(values):
        raise InputError(f"{name} are partly masked; drop the masked rows, or fill them.")
    try:
        return np.asarray(values)
    except ValueError:
        raise InputError(f"{name} have rows of different lengths.") from None


def _heights(initial: Tensor | NDArray[Any], count: int) -> Vector:
    array = as_numpy(initial, "initial heights")
    if array.shape != (count,) or array.dtype.kind not in "fiub":
        raise InputError(
            f"initial heights are {array.dtype} of shape {array.shape}; the {count} codes need "
            f"({count},) real numbers."
        )
    heights = array.astype(np.float64)
    if not np.isfinite(heights).all():
        raise InputError("initial heights must be finite; those of new codes: heights_for.")
    return heights


def _matrix(codes: Tensor | NDArray[Any]) -> Matrix:
    array = as_numpy(codes, "codes")
    if array.ndim != 2 or not array.size:
        raise InputError(f"codes have shape {array.shape}; the solver needs (N, d), neither 0.")
    if array.dtype.kind not in "fiub":
        raise InputError(f"codes are {array.dtype}; the solver needs real numbers.")
    with np.errstate(over="ignore"):
        points = np.ascontiguousarray(array, dtype=np.float32)
    if not np.isfinite(points).all():
        raise InputError("codes are not finite in single precision; drop or scale the bad ones.")
    largest = float(np.abs(array).max()) if array.dtype.kind == "f" else 1.0
    if 0 < largest < _LEAST or largest > _MOST:
        raise InputError(
            f"codes of at most {largest:.2g} have no digits left in single precision; scale them "
            f"to between {_LEAST:.0e} and {_MOST:.0e}."
        )
    return points
