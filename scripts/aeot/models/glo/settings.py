"""Settings of generative latent optimisation; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveFloat

from aeot.models.search import LogUniform, Ranges
from aeot.models.step_settings import Budget, StepSettings

PYRAMID_LEAST = 5  # pixels of a side that three levels take


class Settings(StepSettings):
    """Hoshen and Malik's, by default on the generator of Lucic et al.

    They released settings for MNIST, Fashion-MNIST and CIFAR-10; other data sets use those of
    MNIST.
    """

    CODES: ClassVar[bool] = True
    PUBLISHED: ClassVar[dict[str, Budget]] = {
        "mnist": {"epochs": 200},
        "fashionmnist": {"epochs": 200},
        "cifar10": {"epochs": 500},
        "default": {"epochs": 200},
    }
    AUTHORS: ClassVar[dict[str, dict[str, Any]]] = {
        "cifar10": {"net": "glo", "generator_norm": False},
        "default": {"net": "glo"},
    }
    WIDE: ClassVar[Ranges] = {**StepSettings.WIDE, "code_rate": LogUniform(-3, 0)}
    NARROW: ClassVar[Ranges] = {**StepSettings.NARROW, "code_rate": LogUniform(-2, -1)}
    SHORT: ClassVar[dict[str, Any]] = {}  # the published step sizes are large enough

    net: Literal["infogan", "glo"] = Field(
        "infogan",
        description="infogan: the generator that all models share; glo: that of the authors' "
        "code, whose first layer has neither bias nor batch norm and whose weights "
        "have Glorot's (Xavier) initialisation",
    )
    generator_norm: bool = Field(True, description="batch norm in the generator")
    learning_rate: PositiveFloat = Field(
        1e-3, description="Adam's initial step size for the generator"
    )
    code_rate: PositiveFloat = Field(1e-2, description="Adam's initial step size for the codes")
    batch_size: int = Field(128, ge=2, description="images per step")
    loss: Literal["laplacian", "perceptual"] = Field(
        "laplacian",
        description="laplacian: mean absolute differences of Laplacian pyramids (Bojanowski et "
        "al.); perceptual: those of EfficientNet-Lite0's layers, on which the "
        "default extractor of the scores is based, too",
    )

    def shape_fault(self, shape: tuple[int, int, int]) -> str | None:
        """See `StepSettings`; a pyramid's blur reflects two of at least three pixels."""
        if self.loss == "laplacian" and min(shape[1:]) < PYRAMID_LEAST:
            return f"loss=laplacian needs sides of at least {PYRAMID_LEAST} pixels"
        return super().shape_fault(shape)
