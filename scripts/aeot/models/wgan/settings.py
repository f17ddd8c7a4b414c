"""Settings of the Wasserstein GAN with clipped weights; torch-free."""

from typing import Any, ClassVar

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.models.search import LogUniform, Ranges
from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """Lucic et al.'s defaults."""

    WIDE: ClassVar[Ranges] = {**GanSettings.WIDE, "clip": LogUniform(-3, 0)}
    NARROW: ClassVar[Ranges] = {**GanSettings.NARROW, "clip": LogUniform(-2, 0)}
    SHORT: ClassVar[dict[str, Any]] = {**GanSettings.SHORT, "critic_norm": False, "clip": 0.1}

    learning_rate: PositiveFloat = Field(5e-5, description="Adam's step size")
    critic_steps: PositiveInt = Field(
        5, description="steps of the critic per step of the generator"
    )
    clip: PositiveFloat = Field(0.01, description="largest absolute value of the critic's weights")
