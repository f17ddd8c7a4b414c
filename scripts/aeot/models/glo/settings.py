"""Knobs of generative latent optimisation; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveFloat

from aeot.models.search import Law, LogUniform
from aeot.models.step_settings import StepSettings


class Settings(StepSettings):
    """Hoshen and Malik's, on the generator of Lucic et al."""

    CODES: ClassVar[bool] = True
    WIDE: ClassVar[dict[str, Law]] = {**StepSettings.WIDE, "code_rate": LogUniform(-3, 0)}
    NARROW: ClassVar[dict[str, Law]] = {**StepSettings.NARROW, "code_rate": LogUniform(-2, -1)}
    SHORT: ClassVar[dict[str, Any]] = {}  # the published step sizes are large enough

    learning_rate: PositiveFloat = Field(1e-3, description="Adam's first step size, generator's")
    code_rate: PositiveFloat = Field(1e-2, description="Adam's first step size, codes'")
    batch_size: int = Field(128, ge=2, description="images a step")
    loss: Literal["laplacian", "perceptual"] = Field(
        "laplacian",
        description="laplacian: mean absolute differences of Laplacian pyramids (Bojanowski et "
        "al.); perceptual: those of EfficientNet-Lite0's layers, which the default extractor of "
        "the scores stands on, too",
    )
