"""One run of the solver: descend, evaluate, schedule the next evaluation, and report."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.compute import device_name
from aeot.ranks import Ranks
from aeot.transport.cells import Planes
from aeot.transport.certificate import chance_error
from aeot.transport.descent import Descent
from aeot.transport.evaluations import evaluate
from aeot.transport.problem import Problem
from aeot.transport.schedule import Schedule
from aeot.transport.settings import TransportSettings
from aeot.transport.start import start

log = logging.getLogger("aeot")

HISTORY = ["look", "source_samples", "mass_error", "mass_error_low", "mass_error_high"]
_FEW = 1000  # fewer codes than this have the budget of this many
_MOST = 0.5  # share of the cells to which initial heights must give about their mass
_ROUGH = 2.0  # products may be rounded while the error is this many tolerances


class Clock:
    """Seconds of solving, including those before a kill, without those in callbacks."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def now(self) -> float:
        """Seconds so far."""
        return time.monotonic() - self._since

    def set(self, seconds: float) -> None:
        """Continue from `seconds`."""
        self._since = time.monotonic() - seconds


class Run:
    """One solve: its evaluations, the time of the next one, and the report."""

    def __init__(
        self,
        problem: Problem,
        settings: TransportSettings,
        seed: int,
        device: torch.device,
        clock: Clock,
        ranks: Ranks,
    ) -> None:
        self.problem, self.settings, self.seed, self.device = problem, settings, seed, device
        self.clock, self.ranks = clock, ranks
        self.count = len(problem.masses)
        self.method, self.samples = "averaged stochastic Newton", 0
        self.credit = 0  # number of samples that the given heights are worth
        self.history: list[dict[str, Any]] = []
        self.schedule = Schedule(self.count, settings, crossed=False)
        self.gap = 0.0
        self.on_evaluation: Callable[[Tensor, dict[str, Any]], None] | None = None

    def judge(self, method: str, heights: Tensor) -> Tensor:
        """Evaluate heights that needed no samples; should they fail by chance, use more."""
        self.method, heights = method, heights.to(self.device)
        planes = Planes(self.problem.support.to(self.device))
        for more in (1, 2, 4):
            self._evaluate(planes, heights, final=True, more=more)
            if self.converged or self.evaluation.error.low > self.settings.tolerance:
                break
        return heights

    def descend(self, checkpoint: Checkpoint | None, initial: Tensor | None) -> Tensor:
        """Descend until an evaluation passes or the budget runs out; return averaged heights.

        Args:
            checkpoint: stores the state, if given.
            initial: (n,) float64 standard heights to start from, if good ones are known.
        """
        first = start(self.problem) if initial is None else initial
        descent = Descent(self.problem, first, self.seed, self.device)
        self.schedule = Schedule(self.count, self.settings, descent.crosses)
        done = False
        if checkpoint and (saved := checkpoint.load()):
            descent.restore(saved["descent"])
            self.schedule.restore(saved["schedule"])
            self.history = saved["history"]
            self.clock.set(saved["seconds"])
        elif initial is not None:
            self._warm_up(descent)
            done = self.converged
        budget = self.settings.samples_per_code * max(_FEW, self.count)
        while not done:
            self.samples, self.credit = descent.samples, descent.credit
            spent = self.samples >= budget
            if spent or self.credit + self.samples >= self.schedule.due:
                self._evaluate(descent.planes, descent.average, final=spent)
                if spent or self.converged:
                    break
            descent.advance(self.ranks, self._rough())
            if checkpoint and self.ranks.rank == 0 and checkpoint.due():
                checkpoint.save({
                    "descent": descent.dump(), "schedule": self.schedule.dump(),
                    "history": self.history, "seconds": self.clock.now(),
                })  # fmt: skip
        self.gap = self._gap(descent)
        return descent.average

    def _warm_up(self, descent: Descent) -> None:
        """Evaluate the initial heights; continue as after as many samples as they are worth.

        After n samples chi^2 is about N / n. Cells that are far off, such as those of new points,
        are first given their mass, the largest ones before all others, and are not counted.
        """
        off = descent.survey(self.ranks)
        if (off > 0).any():
            descent.fit_alone(off > 0, self.ranks)
            off = descent.survey(self.ranks)
        known = off == 0
        if known.double().mean() < _MOST:
            known = torch.ones_like(known)  # they are useless as initial heights
        descent.fit_alone(~known, self.ranks)
        self.samples = descent.samples
        self._evaluate(descent.planes, descent.average, final=True)
        masses, kept = self.problem.masses, known.cpu().numpy()
        first, second = self.evaluation.gradients(masses)[:, kept]
        chi2 = float((first * second / masses[kept]).sum()) / masses[kept].sum()
        chi2 = max(chi2, (self.settings.tolerance / 2) ** 2)
        descent.continue_from(self.count / chi2, known)
        self.credit = descent.credit
        usual = replace(self.evaluation.error, rms=math.sqrt(chi2))
        self.schedule.end(self.credit + self.samples, usual)

    @property
    def converged(self) -> bool:
        """Whether the last evaluation's upper bound is within the tolerance."""
        return self.evaluation.error.high <= self.settings.tolerance

    def _rough(self) -> bool:
        if not self.history:
            return True
        return bool(self.history[-1]["mass_error"] > _ROUGH * self.settings.tolerance)

    def _evaluate(self, planes: Planes, heights: Tensor, final: bool, more: int = 1) -> None:
        """Evaluate heights, record the result, and schedule the next evaluation.

        A `final` evaluation is a full one, on `more` times the usual number of samples.
        """
        number, tolerance = len(self.history) + 1, self.settings.tolerance
        spent = self.credit + self.samples
        size, alpha = self.schedule.begin(spent, final)
        self.evaluation = evaluate(
            self.problem, planes, heights, more * size, alpha, self.seed, number, self.ranks
        )
        error = self.evaluation.error
        row = (number, self.samples, error.value, error.low, error.high)
        self.history.append(dict(zip(HISTORY, row, strict=True)))
        self.schedule.end(spent, error)
        seconds = self.clock.now()
        log.info(
            "evaluation %d: %d samples per code, mass error %.2f%% [%.2f%%, %.2f%%], "
            "target %.2f%%, %.0f s",
            number, self.samples // self.count, 100 * error.value, 100 * error.low,
            100 * error.high, 100 * tolerance, seconds,
        )  # fmt: skip
        if self.on_evaluation:
            self.on_evaluation(heights, {**self.history[-1], "seconds": seconds})
            self.clock.set(seconds)

    def _gap(self, descent: Descent) -> float:
        """Estimate E(h) - min E as g_a' H^-1 g_b / 2 from two independent gradients g."""
        gradients = self.evaluation.gradients(self.problem.masses)
        first, second = torch.from_numpy(gradients).to(self.device)
        direction = descent.facets.direction(second, tolerance=1e-3, steps=300)
        return float(first @ direction) / 2

    def report(self) -> dict[str, Any]:
        """Report the result; `converged` follows from the number that ended the loop."""
        error, settings, problem = self.evaluation.error, self.settings, self.problem
        z = NormalDist().inv_cdf((1 + settings.confidence) / 2)
        energy = problem.energy_of_codes(self.evaluation.energy)
        spread = z * math.hypot(problem.unit * self.evaluation.energy_error, problem.blur)
        cold = self.samples and not self.credit
        efficiency = error.rms / math.sqrt(self.count / self.samples) if cold else None
        return {
            "converged": self.converged,
            "method": self.method,
            "mass_error": error.value,
            "mass_error_low": error.low,
            "mass_error_high": error.high,
            "rms_error": error.rms,
            "raw_mass_error": error.raw,
            "monte_carlo_floor": chance_error(problem.masses, self.evaluation.effective),
            "tolerance": settings.tolerance,
            "confidence": settings.confidence,
            "looks": len(self.history),
            "held_out_samples": error.samples,
            "empty_cells": error.empty,
            "energy": energy,
            "energy_low": energy - spread,
            "energy_high": energy + spread,
            "energy_gap": problem.unit * self.gap,
            "source": problem.source.name,
            "source_samples": self.samples,
            "efficiency": efficiency,
            "codes": len(problem.groups),
            "distinct_codes": self.count,
            "dimension": problem.source.dimension,
            "rank": problem.support.shape[1],
            "ranks": self.ranks.size,
            "device": device_name(self.device),
            "seconds": self.clock.now(),
        }
