"""Settings of every model of points, and of every one that is trained in steps."""

from typing import Any, ClassVar

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.settings import Settings


class PointSettings(Settings):
    """Settings of every model of points.

    `DRAWING` names the settings that affect only drawing; all others belong to the fit. `TRANSPORT`
    states whether the model draws through a transport map, like AE-OT.
    """

    TRANSPORT: ClassVar[bool] = False
    DRAWING: ClassVar[frozenset[str]] = frozenset({"count"})

    count: PositiveInt = Field(2500, description="number of points that each trial draws")

    def points_fault(self, points: int) -> tuple[str, str] | None:
        """Return the key that needs more training points than there are, if any; and why."""
        return None

    def of_fit(self) -> dict[str, Any]:
        """Return the settings that belong to the fit."""
        return self.model_dump(exclude=set(self.DRAWING))


class TrainedSettings(PointSettings):
    """Settings of every model that is trained in steps."""

    DRAWING = PointSettings.DRAWING | {"moments"}

    moments: PositiveInt = Field(
        8,
        description="number of moments of the training at which points are drawn: the last "
        "step, half of it, ...",
    )


def drawn_once(kind: type[Settings]) -> dict[str, Any]:
    """Return settings with which a model draws only after it is fitted."""
    return {"moments": 1} if issubclass(kind, TrainedSettings) else {}


class StepSettings(TrainedSettings):
    """Adam and batches as in PacGAN: 400 epochs of 100,000 points, 100 of them per step.

    `PUBLISHED` is the meaning of `steps: published`, for every mixture.
    """

    PUBLISHED: ClassVar[int] = 400_000

    steps: PositiveInt = Field(PUBLISHED, description="steps of the training")
    batch_size: PositiveInt = Field(100, ge=2, description="samples per step; packs for PacGAN")
    learning_rate: PositiveFloat = Field(1e-4, description="Adam's step size")
    beta1: float = Field(0.8, ge=0, lt=1, description="Adam's decay of the first moment")
    beta2: float = Field(0.999, ge=0, lt=1, description="Adam's decay of the second moment")
