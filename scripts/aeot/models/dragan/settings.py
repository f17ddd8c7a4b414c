"""Settings of DRAGAN; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat

from aeot.models.search import Choice, LogUniform, Ranges
from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """Lucic et al.'s defaults."""

    WIDE: ClassVar[Ranges] = {**GanSettings.WIDE, "penalty": LogUniform(-1, 2)}
    NARROW: ClassVar[Ranges] = {
        **GanSettings.NARROW, "critic_norm": Choice(False), "penalty": LogUniform(-1, 1),
    }  # fmt: skip
    SHORT: ClassVar[dict[str, Any]] = {**GanSettings.SHORT, "critic_norm": False}

    penalty: NonNegativeFloat = Field(10.0, description="weight of the gradient penalty")
    variant: Literal["paper", "lucic_v1"] = Field(
        "lucic_v1",
        description="paper: Gaussian noise around the images; lucic_v1: uniform noise that only "
        "brightens them, scaled by one number per image, as in that study's code",
    )
