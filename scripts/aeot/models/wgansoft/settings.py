"""Settings of the Wasserstein GAN with a soft Lipschitz penalty; torch-free."""

from typing import ClassVar, Literal

from pydantic import Field, NonNegativeFloat

from aeot.models.search import Choice, LogUniform, Ranges
from aeot.models.step_settings import GanSettings


class Settings(GanSettings):
    """No published settings exist; those not named here are WGAN-GP's."""

    WIDE: ClassVar[Ranges] = {**GanSettings.WIDE, "penalty": LogUniform(-1, 2)}
    NARROW: ClassVar[Ranges] = {
        **GanSettings.NARROW, "critic_norm": Choice(False), "penalty": LogUniform(0, 2),
    }  # fmt: skip

    critic_norm: bool = Field(False, description="batch norm in the critic")
    penalty: NonNegativeFloat = Field(10.0, description="weight of the Lipschitz penalty")
    form: Literal["pairs", "gradient"] = Field(
        "pairs",
        description="pairs: slopes between random pairs of images; gradient: the critic's "
        "gradient at random points between real and generated ones",
    )
