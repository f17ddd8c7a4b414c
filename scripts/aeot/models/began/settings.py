"""Settings of BEGAN; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.models.search import LogUniform, Ranges, Uniform
from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """Lucic et al.'s defaults."""

    WIDE: ClassVar[Ranges] = {
        **GanSettings.WIDE, "balance_rate": LogUniform(-4, -2), "diversity": Uniform(0, 1),
    }  # fmt: skip
    NARROW: ClassVar[Ranges] = {**GanSettings.NARROW, "diversity": Uniform(0.6, 0.9)}
    SHORT: ClassVar[dict[str, Any]] = {**GanSettings.SHORT, "critic_norm": True}

    critic_steps: PositiveInt = Field(
        5, description="steps of the critic per step of the generator"
    )
    critic_norm: bool = Field(False, description="batch norm in the critic")
    balance_rate: PositiveFloat = Field(1e-3, description="step size of the balance k")
    diversity: float = Field(
        0.75,
        gt=0,
        le=1,
        description="target ratio of the error of generated images to that of real ones",
    )
    variant: Literal["paper", "lucic_v1"] = Field(
        "lucic_v1",
        description="paper: the balance k is updated before the players' steps and stays in [0, "
        "1]; lucic_v1: after them and without bounds, as in that study's code",
    )
