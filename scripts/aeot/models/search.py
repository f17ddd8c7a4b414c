"""Draws of hyper-parameters, by the laws of Lucic et al. (arXiv 1711.10337, section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from aeot.seeding import numpy_generator


class Law(Protocol):
    """The law of one hyper-parameter."""

    def draw(self, random: np.random.Generator) -> Any:  # noqa: ANN401
        """Draw a value."""
        ...


@dataclass(frozen=True)
class Uniform:
    """Uniform on [low, high)."""

    low: float
    high: float

    def draw(self, random: np.random.Generator) -> float:
        """See `Law`."""
        return float(random.uniform(self.low, self.high))


@dataclass(frozen=True)
class LogUniform:
    """10 to the power of a uniform number on [low, high)."""

    low: float
    high: float

    def draw(self, random: np.random.Generator) -> float:
        """See `Law`."""
        return float(10 ** random.uniform(self.low, self.high))


class Choice:
    """One of some values, all equally likely."""

    def __init__(self, *values: bool | int | float) -> None:
        self.values = values

    def draw(self, random: np.random.Generator) -> bool | int | float:
        """See `Law`."""
        return self.values[int(random.integers(len(self.values)))]


def draw_settings(laws: Mapping[str, Law], number: int) -> dict[str, Any]:
    """Draw the settings number `number` of a search: the same for every data set and seed.

    Args:
        laws: by the name of the hyper-parameter.
        number: counts from 1; number 0 of a search is the defaults.
    """
    return {
        name: law.draw(numpy_generator(0, "search", name, number))
        for name, law in sorted(laws.items())
    }
