"""What every model of points returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aeot.mixtures.base import Points

HISTORY = ["moment", "step", "seconds", "loss_d", "loss_g"]


@dataclass
class Fit:
    """What was drawn while trials were trained.

    Attributes:
        points: a (trials, n, d) array for every moment; the last one is the trained model's.
        history: one row of `HISTORY` a moment; `seconds` is the training of all trials so far,
            drawing left out; losses are means over trials and steps since the moment before; a
            model that has no second one, or none, leaves the cell empty.
        report: what else a reader would ask of the run.
        rows: (trials, m) which of the training points each trial was fitted to; None: all.
    """

    points: list[Points] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    rows: NDArray[np.int64] | None = None

    def add(self, drawn: Points, step: int, seconds: float, losses: Sequence[float] = ()) -> None:
        """Note one moment."""
        values = (len(self.points), step, seconds, *losses)
        self.history.append(dict.fromkeys(HISTORY, "") | dict(zip(HISTORY, values, strict=False)))
        self.points.append(drawn)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what a file of points holds: `points`, and `rows` where they are not all."""
        rows = {} if self.rows is None else {"rows": self.rows}
        return {"points": np.stack(self.points)} | rows
