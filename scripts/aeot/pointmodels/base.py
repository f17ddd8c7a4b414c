"""What every model of points returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

HISTORY = ["moment", "step", "seconds", "loss_d", "loss_g"]


@dataclass
class Fit:
    """What was drawn while trials were trained.

    Attributes:
        points: a (trials, n, d) array for every moment; the last one is the trained model's.
        history: one row of `HISTORY` a moment; `seconds` is the training of all trials so far,
            drawing left out; losses are means over trials since the moment before, or empty.
        report: what else a reader would ask of the run.
    """

    points: list[Points] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)

    def add(self, drawn: Points, step: int, seconds: float, losses: Sequence[float] = ()) -> None:
        """Note one moment."""
        values = (len(self.points), step, seconds, *(losses or ("", "")))
        self.history.append(dict(zip(HISTORY, values, strict=True)))
        self.points.append(drawn)


def moments(steps: int, count: int = 8) -> list[int]:
    """Steps at which to draw: the last one, a half of it, a quarter, ...; distinct, ascending."""
    return sorted({max(1, steps >> back) for back in range(count)})
