"""Draw hyper-parameters from the distributions of Lucic et al. (arXiv 1711.10337, section 5)."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from aeot.seeding import numpy_generator


class Distribution(Protocol):
    """The distribution of one hyper-parameter."""

    def draw(self, random: np.random.Generator) -> Any:  # noqa: ANN401
        """Draw a value."""
        ...


Ranges = dict[str, Distribution]


@dataclass(frozen=True)
class Uniform:
    """Uniform on [low, high)."""

    low: float
    high: float

    def draw(self, random: np.random.Generator) -> float:
        """See `Distribution`."""
        return float(random.uniform(self.low, self.high))


@dataclass(frozen=True)
class LogUniform:
    """10 to the power of a uniform number on [low, high)."""

    low: float
    high: float

    def draw(self, random: np.random.Generator) -> float:
        """See `Distribution`."""
        return float(10 ** random.uniform(self.low, self.high))


class Choice:
    """One of several values, all equally likely."""

    def __init__(self, *values: bool | int | float) -> None:
        self.values = values

    def draw(self, random: np.random.Generator) -> bool | int | float:
        """See `Distribution`."""
        return self.values[int(random.integers(len(self.values)))]


def draw_settings(ranges: Ranges, number: int) -> dict[str, Any]:
    """Draw the settings of draw `number` of a search: the same for every data set and seed.

    Args:
        ranges: distributions by the name of the hyper-parameter.
        number: counts from 1; draw 0 of a search has the defaults.
    """
    return {
        name: distribution.draw(numpy_generator(0, "search", name, number))
        for name, distribution in sorted(ranges.items())
    }
