"""What can be set about every Wasserstein autoencoder; torch-free."""

from typing import Any, ClassVar

from pydantic import Field, NonNegativeFloat, PositiveFloat

from aeot.models.search import Law, LogUniform
from aeot.models.step_settings import StepSettings


class WassersteinSettings(StepSettings):
    """The defaults of Tolstikhin et al. for MNIST."""

    ENCODES: ClassVar[bool] = True
    WIDE: ClassVar[dict[str, Law]] = {**StepSettings.WIDE, "penalty": LogUniform(-1, 3)}
    NARROW: ClassVar[dict[str, Law]] = {**StepSettings.NARROW, "penalty": LogUniform(0, 2)}
    SHORT: ClassVar[dict[str, Any]] = {}  # the published step size is large enough

    learning_rate: PositiveFloat = Field(1e-3, description="Adam's first step size")
    penalty: NonNegativeFloat = Field(10.0, description="weight of the penalty")
    reconstruction: PositiveFloat = Field(
        0.05, description="weight of the squared error, summed over an image's pixels"
    )
    prior_deviation: PositiveFloat = Field(1.0, description="standard deviation of the prior")
