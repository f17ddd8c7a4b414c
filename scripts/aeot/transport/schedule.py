"""When to evaluate, on how many samples, and with which error probability."""

import math
from typing import Any

from aeot.transport.certificate import MassError, held_out_size, stopping_share
from aeot.transport.settings import TransportSettings

_FIRST_EVALUATION = 8  # samples per code before the first evaluation
_LEAST_HELD_OUT = 20_000
_TELLING = 6.0  # standard deviations that a rough evaluation's squared error should be from 0
_ROUGH_ALPHA = 0.1  # share of the error probability that rough evaluations spend
_NOISE_CROSSED = 2.0  # of crossed samples until it is measured


class Schedule:
    """Rough evaluations while the error is large, and full ones that can certify it.

    Repeated evaluations must not increase the error probability. Whether an evaluation is rough or
    full is decided before its samples are drawn. The k-th rough one has the error probability alpha
    / 10 / (k (k + 1)), the k-th full one 9 alpha / 10 / (k (k + 1)). The sum is at most alpha for
    all possible results.

    Args:
        count: number N of points.
        settings: the solve's tolerance and confidence.
        crossed: whether held-out samples are crossed.
    """

    def __init__(self, count: int, settings: TransportSettings, crossed: bool) -> None:
        self._count, self._tolerance = count, settings.tolerance
        self._alpha = 1 - settings.confidence
        self.due = _FIRST_EVALUATION * count
        self.noise = _NOISE_CROSSED if crossed else 1.0
        self.expected = math.inf  # samples times the squared error expected at the next evaluation
        self.rough = self.full = 0  # evaluations so far

    def dump(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {name: getattr(self, name) for name in ("due", "noise", "expected", "rough", "full")}

    def restore(self, saved: dict[str, Any]) -> None:
        """Restore a state that `dump` returned."""
        for name, value in saved.items():
            setattr(self, name, value)

    def begin(self, samples: int, final: bool) -> tuple[int, float]:
        """Begin an evaluation.

        Args:
            samples: of the descent so far.
            final: whether it must be a full one.

        Returns:
            Its number of held-out samples and its error probability.
        """
        if final or self.expected <= self._tolerance**2 * samples:
            self.full += 1
            alpha = self._full_alpha(self.full)
            return held_out_size(self._count, self._tolerance, alpha, self.noise), alpha
        self.rough += 1
        deviation = self.noise * math.sqrt(2 * self._count)  # of one sample
        size = max(_LEAST_HELD_OUT, math.ceil(_TELLING * deviation * samples / self.expected))
        return size, _ROUGH_ALPHA * self._alpha / (self.rough * (self.rough + 1))

    def end(self, samples: int, error: MassError) -> None:
        """Schedule the next evaluation for when the squared error should have fallen enough."""
        self.expected, self.noise = error.rms**2 * samples, error.noise
        share = stopping_share(self._count, self._full_alpha(self.full + 1), self.noise)
        wanted = self.expected / (0.95 * share * self._tolerance**2)
        self.due = math.ceil(min(max(wanted, 1.1 * samples), 2.0 * samples))

    def _full_alpha(self, number: int) -> float:
        return (1 - _ROUGH_ALPHA) * self._alpha / (number * (number + 1))
