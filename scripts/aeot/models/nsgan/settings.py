"""Settings of the non-saturating GAN; torch-free."""

from typing import Any, ClassVar

from pydantic import Field, PositiveFloat

from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """Lucic et al.'s defaults."""

    SHORT: ClassVar[dict[str, Any]] = {**GanSettings.SHORT, "learning_rate": 5e-4}

    learning_rate: PositiveFloat = Field(5e-5, description="Adam's step size")
    beta1: float = Field(0.0, ge=0, lt=1, description="Adam's decay of the first moment")
