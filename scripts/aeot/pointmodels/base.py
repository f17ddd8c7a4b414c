"""What every model of points returns, and how the registered ones are found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aeot.mixtures.base import Points
from aeot.pointmodels import POINT_MODELS
from aeot.registry import resolve

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
    """

    points: list[Points] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)

    def add(self, drawn: Points, step: int, seconds: float, losses: Sequence[float] = ()) -> None:
        """Note one moment."""
        values = (len(self.points), step, seconds, *losses)
        self.history.append(dict.fromkeys(HISTORY, "") | dict(zip(HISTORY, values, strict=False)))
        self.points.append(drawn)


def moments(steps: int, count: int = 8) -> list[int]:
    """Steps at which to draw: the last one, a half of it, a quarter, ...; distinct, ascending."""
    return sorted({max(1, steps >> back) for back in range(count)})


def registered(model: str, part: str) -> Any:  # noqa: ANN401
    """Import a part of a registered model of points: `settings:Settings` or `model:fit`.

    Raises:
        InputError: the model is not registered.
    """
    parts = {name: f"{at}.{part}" for name, at in POINT_MODELS.items()}
    return resolve(parts, model, "model of points")
