"""Settings of the variational autoencoder; torch-free."""

from typing import ClassVar, Literal

from pydantic import Field, PositiveFloat

from aeot.models.search import Choice, Ranges
from aeot.models.step_settings import StepSettings


class Settings(StepSettings):
    """Lucic et al.'s defaults."""

    ENCODES: ClassVar[bool] = True
    WIDE: ClassVar[Ranges] = {**StepSettings.WIDE, "encoder_norm": Choice(True, False)}
    NARROW: ClassVar[Ranges] = {**StepSettings.NARROW, "encoder_norm": Choice(True, False)}

    learning_rate: PositiveFloat = Field(5e-5, description="Adam's step size")
    encoder_norm: bool = Field(True, description="batch norm in the encoder")
    variant: Literal["paper", "lucic_v1"] = Field(
        "lucic_v1",
        description="paper: the cross-entropy is summed over all pixels and channels; lucic_v1: "
        "averaged over the channels, as in that study's code",
    )
