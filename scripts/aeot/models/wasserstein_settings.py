"""What can be set about every Wasserstein autoencoder; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat

from aeot.models.search import Law, LogUniform
from aeot.models.step_settings import StepSettings


class WassersteinSettings(StepSettings):
    """The defaults of Tolstikhin et al. for MNIST."""

    ENCODES: ClassVar[bool] = True
    WIDE: ClassVar[dict[str, Law]] = {**StepSettings.WIDE, "penalty": LogUniform(-1, 3)}
    NARROW: ClassVar[dict[str, Law]] = {**StepSettings.NARROW, "penalty": LogUniform(0, 2)}
    SHORT: ClassVar[dict[str, Any]] = {"pretraining": 0}  # the step size is large enough

    net: Literal["infogan", "wae"] = Field(
        "infogan",
        description="infogan: the networks that all models share; wae: those of the authors' code",
    )
    pretraining: NonNegativeInt = Field(
        200,
        description="most steps of the encoder alone, at first, which bring the mean and the "
        "covariance of its codes near the prior's",
    )
    learning_rate: PositiveFloat = Field(1e-3, description="Adam's first step size")
    penalty: NonNegativeFloat = Field(10.0, description="weight of the penalty")
    reconstruction: PositiveFloat = Field(
        0.05, description="weight of the squared error, summed over an image's pixels"
    )
    prior_deviation: PositiveFloat = Field(1.0, description="standard deviation of the prior")
