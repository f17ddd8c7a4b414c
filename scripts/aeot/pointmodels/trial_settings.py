"""What can be set about every model of points, and about every one that is trained in steps."""

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.settings import Settings


class PointSettings(Settings):
    """What every model of points has."""

    count: PositiveInt = Field(2500, description="points that each trial draws")


class StepSettings(PointSettings):
    """Adam on batches, PacGAN's."""

    steps: PositiveInt = Field(400_000, description="steps of the training")
    batch_size: PositiveInt = Field(100, ge=2, description="samples a step; packs for PacGAN")
    learning_rate: PositiveFloat = Field(1e-4, description="Adam's step size")
    beta1: float = Field(0.8, ge=0, lt=1, description="Adam's decay of the first moment")
    beta2: float = Field(0.999, ge=0, lt=1, description="Adam's decay of the second moment")
