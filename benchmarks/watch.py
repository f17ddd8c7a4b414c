"""The clock of one run, which is stopped while a point of the path is evaluated."""

import time
from collections.abc import Callable

from aeot.transport.problem import Vector

_RATIO = 2**0.5  # the next evaluation takes place when the seconds have grown by this factor
_FIRST = 1 / 64  # share of the budget at the first evaluation


class SpentError(Exception):
    """The run's time is up."""


class Watch:
    """Measure a solver's own seconds, request points of its path, and end it.

    Args:
        budget: seconds after which the next point is the last one.
        evaluate: takes (seconds, source samples, heights) of a point, outside the clock.
    """

    def __init__(self, budget: float, evaluate: Callable[[float, int, Vector], None]) -> None:
        self._budget, self._evaluate = budget, evaluate
        self._next = _FIRST * budget
        self._gone, self._since = 0.0, time.perf_counter()

    def start(self) -> None:
        """Start from zero: previous preparations do not count."""
        self._gone, self._since = 0.0, time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the start, without the evaluations."""
        return self._gone + time.perf_counter() - self._since

    def due(self) -> bool:
        """Whether a point is requested now."""
        return self.seconds >= min(self._next, self._budget)

    def record(self, samples: int, heights: Vector) -> None:
        """Evaluate a point.

        Args:
            samples: source samples that have been evaluated so far.
            heights: (N,) in the common convention: x on [0, 1]^d goes to argmax <x, p_i> + h_i.

        Raises:
            SpentError: that was the last one.
        """
        self._gone = self.seconds
        self._next = max(self._next, self._gone) * _RATIO
        self._evaluate(self._gone, samples, heights)
        if self._gone >= self._budget:
            raise SpentError
        self._since = time.perf_counter()
