"""Averaged stochastic Newton descent of the Brenier energy, stopped on held-out samples.

E(h) = int max_i (<x, y_i> + h_i) dmu(x) - sum_i nu_i h_i is convex, with gradient w_i - nu_i
(Aurenhammer, Hoffmann, Aronov 1998; Gu, Luo, Sun, Yau 2013). Every step draws fresh samples,
estimates the gradient and the Hessian from them, and moves along a damped Newton direction with
steps falling like t^(-1/2); the answer is a weighted average of the path (Polyak, Juditsky 1992).
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.transport.cells import Planes
from aeot.transport.certificate import MassError, held_out_size, mass_error
from aeot.transport.newton import QUANTILE_LIMIT, FacetWeights
from aeot.transport.problem import Matrix, Problem, TransportMap, Vector, check_masses
from aeot.transport.settings import TransportSettings
from aeot.transport.source import SobolStream
from aeot.transport.start import start

log = logging.getLogger("aeot")

HISTORY = ["look", "source_samples", "mass_error", "mass_error_low", "mass_error_high"]
_LEAST_BATCH = 512
_LEAST_HELD_OUT = 20_000
_GROWTH = 0.01  # batch size, as a share of the samples so far
_FEW = 1000  # fewer codes than this have the budget of this many
_LOOKS = 1.5  # a look comes whenever the samples have grown by this factor
_DUE = 20  # hits that a cell should have had before it counts as buried
_FIRST_LOOK = 32  # samples a code before the first look


@dataclass(frozen=True)
class Solution:
    """A solved transport.

    Attributes:
        transport: the map.
        report: `converged`, `mass_error` with its bounds, `source_samples`, `seconds`, ...
        history: one row a look (`HISTORY`).
    """

    transport: TransportMap
    report: dict[str, Any]
    history: list[dict[str, Any]]


class _State:
    """Where the descent stands; all of it goes into the checkpoint."""

    def __init__(self, problem: Problem, device: torch.device) -> None:
        self.support = problem.support.to(device)
        self.masses = torch.from_numpy(problem.masses).to(device)
        self.weights = FacetWeights(self.support)
        self.exact = self.support.shape[1] == 1 or len(self.support) == 1
        self.heights = start(problem).to(device)
        self.average = self.heights.clone()
        self.average_weight = 0.0
        self.hits = torch.zeros_like(self.heights)
        self.expected = 0.0
        self.step = self.samples = 0
        self.seconds = 0.0
        self.history: list[dict[str, Any]] = []

    _TENSORS = ("heights", "average", "hits")
    _PLAIN = ("average_weight", "expected", "step", "samples", "seconds", "history")

    def dump(self) -> dict[str, Any]:
        """Return everything that a resumed run needs."""
        saved = {name: getattr(self, name) for name in self._TENSORS + self._PLAIN}
        facets = self.weights
        return {**saved, "facets": (facets.keys, facets.values, facets.samples)}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up a state that `dump` returned."""
        for name in self._PLAIN:
            setattr(self, name, saved[name])
        for name in self._TENSORS:
            setattr(self, name, saved[name].to(self.support.device))
        keys, values, self.weights.samples = saved["facets"]
        self.weights.keys = keys.to(self.support.device)
        self.weights.values = values.to(self.support.device)


def solve(
    codes: Matrix,
    settings: TransportSettings,
    seed: int,
    masses: Vector | None = None,
    device: torch.device | str = "cpu",
    checkpoint: Checkpoint | None = None,
) -> Solution:
    """Find the heights at which every power cell has its target mass.

    Args:
        codes: (N, d) points of the target, finite.
        settings: source, tolerance and budget.
        seed: makes every sample.
        masses: (N,) positive target masses; None for equal ones.
        device: where the planes are evaluated.
        checkpoint: keeps the run while it lasts; it resumes from there.

    Raises:
        InputError: the masses do not fit the codes.
    """
    device = torch.device(device)
    problem = Problem.build(codes, masses, settings.source)
    state, started = _State(problem, device), time.monotonic()
    if checkpoint and (saved := checkpoint.load()):
        state.restore(saved)
    before = state.seconds
    planes = Planes(state.support)
    stream = SobolStream(codes.shape[1], seed, state.samples)
    while True:
        spent = state.exact or _spent(state, settings, problem)
        if spent or _look_due(state, len(problem.masses)):
            error = _look(state, problem, planes, settings, seed)
            if spent or error.high <= settings.tolerance:
                break
        _descend(state, problem, planes, stream)
        state.seconds = before + time.monotonic() - started
        if checkpoint and checkpoint.due():
            checkpoint.save(state.dump())
    state.seconds = before + time.monotonic() - started
    heights = problem.heights_of_codes(state.average.cpu().numpy())
    target = check_masses(masses, len(codes))
    transport = TransportMap(codes.astype(np.float32), heights, target, settings.source)
    return Solution(transport, _report(state, error, settings, problem), state.history)


def _look_due(state: _State, count: int) -> bool:
    """Whether the samples have grown enough for another look."""
    last = state.history[-1]["source_samples"] if state.history else 0
    return state.samples >= max(_LOOKS * last, _FIRST_LOOK * count)


def _spent(state: _State, settings: TransportSettings, problem: Problem) -> bool:
    return state.samples >= settings.samples_per_code * max(_FEW, len(problem.masses))


def _look(
    state: _State, problem: Problem, planes: Planes, settings: TransportSettings, seed: int
) -> MassError:
    """Measure the averaged heights on samples that no step uses."""
    look = len(state.history) + 1
    # Looking more than once must not help: the k-th look spends alpha / (k (k + 1)).
    alpha = (1 - settings.confidence) / (look * (look + 1))
    size = held_out_size(len(problem.masses), settings.tolerance, alpha)
    if not state.exact:  # a rough look is enough while there is far to go
        size = min(size, _LEAST_HELD_OUT + state.samples // 2)
    planes.set_heights(state.average)
    halves = np.zeros((2, len(problem.masses)))
    for part, (count, generator) in enumerate(problem.source.held_out(size, seed, look)):
        x = problem.source.standard(problem.source.sample(count, generator))
        cells = planes.best(x).cpu().numpy()
        for half, chosen in enumerate((cells[: count // 2], cells[count // 2 :])):
            halves[(half + part) % 2] += np.bincount(chosen, minlength=len(problem.masses))
    error = mass_error(halves[0], halves[1], problem.masses, alpha)
    row = dict(zip(HISTORY, (look, state.samples, error.value, error.low, error.high), strict=True))
    state.history.append(row)
    log.info(
        "look %d: %d samples a code, mass error %.2f%% [%.2f%%, %.2f%%], target %.2f%%, %.0f s",
        look, state.samples // len(problem.masses), 100 * error.value, 100 * error.low,
        100 * error.high, 100 * settings.tolerance, state.seconds,
    )  # fmt: skip
    return error


def _descend(state: _State, problem: Problem, planes: Planes, stream: SobolStream) -> None:
    """One averaged stochastic Newton step on a fresh batch."""
    count = len(problem.masses)
    state.step += 1
    growth = min(64.0, max(1.0, _GROWTH * state.samples / count))
    batch = max(_LEAST_BATCH, int(growth * count))
    x = problem.source.from_uniform(stream.draw(batch)).to(state.support.device)
    planes.set_heights(state.heights)
    # The second-best plane costs extra and the Hessian varies slowly: a part of the batch does.
    paired = batch // 2 if state.step <= 20 else batch // 4
    cell, runner_up, gap = planes.best_two(x[:paired])
    cells = torch.cat([cell, planes.best(x[paired:])])
    hits = torch.bincount(cells, minlength=count).double()
    memory = min(0.98, max(0.8, 1 - 4 / (state.step + 8)))
    reach = state.weights.update(cell, runner_up, gap, memory)
    direction = state.weights.direction(state.masses - hits / batch)
    rate = 2 / state.step**0.5
    moved = rate * (direction[cell] - direction[runner_up]).abs()
    moved = moved / state.weights.distance(cell, runner_up)
    limit = 2 * reach.median() / moved[:QUANTILE_LIMIT].quantile(0.9).clamp_min(1e-300)
    state.heights = state.heights + limit.clamp_max(1.0) * rate * direction
    state.heights -= (state.masses * state.heights).sum()
    _average(state, batch)
    state.hits = 0.9 * state.hits + hits
    state.expected = 0.9 * state.expected + batch
    if state.step % 4 == 0:
        _lift(state, x)
    state.samples += batch


def _average(state: _State, batch: int) -> None:
    """Average the path with weights batch x step: the early path is soon forgotten."""
    weight = float(batch * state.step)
    state.average_weight += weight
    state.average += (weight / state.average_weight) * (state.heights - state.average)


def _lift(state: _State, x: Tensor) -> None:
    """Raise planes that lie so low that no gradient reaches them (outliers, crowded codes).

    A cell that should have been hit often and was not is raised until it wins about half of its
    mass in this batch; the average takes the new height at once.
    """
    due = state.expected * state.masses
    buried = torch.nonzero((due >= _DUE) & (state.hits < 0.02 * due))[:, 0]
    if not len(buried):
        return
    x = x[: max(2048, 2**24 // len(buried))].to(state.support.dtype)
    planes = Planes(state.support)
    planes.set_heights(state.heights)
    cell = planes.best(x)
    top = (x * state.support[cell]).sum(1).double() + state.heights[cell]
    gap = top[:, None] - (x @ state.support[buried].T).double() - state.heights[buried]
    wanted = (0.5 * state.masses[buried] * len(x)).long().clamp(0, len(x) - 1)
    rise = gap.sort(dim=0).values.gather(0, wanted[None])[0].clamp_min(0)
    state.heights[buried] += rise
    state.average[buried] = state.heights[buried]
    state.hits[buried] = due[buried]


def _report(
    state: _State, error: MassError, settings: TransportSettings, problem: Problem
) -> dict[str, Any]:
    """Say what was reached; `converged` comes from the very number that ended the loop."""
    numbers = asdict(error)
    return {
        "converged": error.high <= settings.tolerance,
        "mass_error": numbers["value"],
        "mass_error_low": numbers["low"],
        "mass_error_high": numbers["high"],
        "rms_error": numbers["rms"],
        "tolerance": settings.tolerance,
        "confidence": settings.confidence,
        "looks": len(state.history),
        "held_out_samples": numbers["samples"],
        "empty_cells": numbers["empty"],
        "source": settings.source,
        "source_samples": state.samples,
        "codes": len(problem.groups),
        "distinct_codes": len(problem.masses),
        "dimension": problem.support.shape[1],
        "seconds": state.seconds,
    }
