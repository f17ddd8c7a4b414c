"""Settings of the least-squares GAN; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveFloat

from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """Lucic et al.'s defaults."""

    SHORT: ClassVar[dict[str, Any]] = {**GanSettings.SHORT, "critic_norm": False}

    learning_rate: PositiveFloat = Field(2e-4, description="Adam's step size")
    variant: Literal["paper", "lucic_v1"] = Field(
        "lucic_v1",
        description="paper: the critic's output is unbounded; lucic_v1: a sigmoid bounds it, as "
        "in that study's code",
    )
