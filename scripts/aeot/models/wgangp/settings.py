"""Settings of the Wasserstein GAN with a gradient penalty; torch-free."""

from typing import ClassVar

from pydantic import Field, NonNegativeFloat, PositiveInt

from aeot.models.search import Choice, LogUniform, Ranges
from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """Lucic et al.'s defaults."""

    WIDE: ClassVar[Ranges] = {**GanSettings.WIDE, "penalty": LogUniform(-1, 2)}
    NARROW: ClassVar[Ranges] = {
        **GanSettings.NARROW, "critic_norm": Choice(False), "penalty": LogUniform(-1, 1),
    }  # fmt: skip

    critic_steps: PositiveInt = Field(
        5, description="steps of the critic per step of the generator"
    )
    critic_norm: bool = Field(False, description="batch norm in the critic")
    penalty: NonNegativeFloat = Field(10.0, description="weight of the gradient penalty")
