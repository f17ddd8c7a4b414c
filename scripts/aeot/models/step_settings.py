"""Settings of every model of images that is trained in steps; torch-free."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, model_validator

from aeot.halving import halving_fault
from aeot.models.search import Choice, LogUniform, Ranges, Uniform
from aeot.settings import Settings

Budget = dict[Literal["steps", "epochs"], int]  # {"steps": n}, or {"epochs": n}

# compare_gan v1: 20 epochs of 50,000 images, of triangles, too; 100 of CIFAR-10, 40 of 162,000
# images of CelebA.
LUCIC: dict[str, Budget] = {
    "mnist": {"steps": 15_625},
    "fashionmnist": {"steps": 15_625},
    "cifar10": {"steps": 78_125},
    "celeba": {"steps": 101_250},
    "polygons": {"steps": 15_625},
}

# Checkpoints of that code that are scored.
LUCIC_CHECKPOINTS = {"mnist": 4, "fashionmnist": 4, "cifar10": 20, "celeba": 8}


class StepSettings(Settings):
    """The networks of Lucic et al. and Adam, with the settings of the authors of that study.

    `WIDE` and `NARROW` are the distributions of its two searches. `SHORT` contains the settings
    that differ in a training of a few hundred steps, which is too short for the published step
    sizes. `PUBLISHED` is the meaning of `steps: published`, by the name of the registered data set;
    the entry "default", if a model has one, is used for all others. A model whose authors did not
    use these data sets has the budget of the study. `AUTHORS` contains what
    `hyperparameters: published` sets in addition to the defaults, by the same names, such as the
    authors' own network. `ENCODES` states whether the model has an encoder, `CODES` whether the
    training images have codes without one.
    """

    ENCODES: ClassVar[bool] = False
    CODES: ClassVar[bool] = False
    training_images: ClassVar[None] = None  # all of them

    PUBLISHED: ClassVar[dict[str, Budget]] = LUCIC
    AUTHORS: ClassVar[dict[str, dict[str, Any]]] = {}
    WIDE: ClassVar[Ranges] = {"beta1": Uniform(0, 1), "learning_rate": LogUniform(-5, -2)}
    NARROW: ClassVar[Ranges] = {"beta1": Choice(0.5), "learning_rate": LogUniform(-4, -3)}
    SHORT: ClassVar[dict[str, Any]] = {"learning_rate": 2e-3}

    steps: PositiveInt = Field(15_625, description="steps of the critic")
    epochs: PositiveInt | None = Field(
        None,
        description="passes over the training images, instead of steps; an incomplete last batch "
        "is dropped",
    )
    batch_size: int = Field(64, ge=2, description="images per step")
    learning_rate: PositiveFloat = Field(1e-4, description="Adam's step size")
    beta1: float = Field(0.5, ge=0, lt=1, description="Adam's decay of the first moment")
    beta2: float = Field(0.999, ge=0, lt=1, description="Adam's decay of the second moment")
    codes: PositiveInt = Field(64, description="dimension of the noise")
    width: PositiveInt = Field(64, description="channels of the outermost convolution")
    norm_momentum: float | None = Field(
        None,
        gt=0,
        le=1,
        description="momentum of the batch norms' statistics (default: the study's 0.001, or 10 "
        "/ steps if that is larger: an average over 1,000 steps needs as many)",
    )
    precision: Literal["float32", "bfloat16"] = Field(
        "float32",
        description="precision of matrix products and convolutions; bfloat16 is faster on "
        "processors that support it in hardware, and changes the last digits",
    )
    averaging: float = Field(
        0.0, ge=0, lt=1, description="decay of the generator's moving average; 0 for none"
    )

    @model_validator(mode="after")
    def _check_budget(self) -> Self:
        if self.epochs is not None and "steps" in self.model_fields_set:
            raise ValueError("give steps or epochs, not both")
        return self

    def counted(self, images: int) -> Self:
        """Return these settings with `epochs` counted in steps.

        Args:
            images: training images, at least 1.
        """
        if self.epochs is None:
            return self
        steps = self.epochs * (images // min(self.batch_size, images))
        return self.model_copy(update={"steps": steps, "epochs": None})

    def shape_fault(self, shape: tuple[int, int, int]) -> str | None:
        """Explain why the networks cannot process images of a shape (c, h, w); None if they can."""
        return halving_fault(*shape[1:], 2)

    def momentum(self) -> float:
        """Return `norm_momentum`, or its default for this number of steps."""
        return self.norm_momentum or min(1.0, max(0.001, 10 / self.steps))


class GanSettings(StepSettings):
    """Settings of every adversarial model."""

    WIDE: ClassVar[Ranges] = {
        **StepSettings.WIDE, "critic_steps": Choice(1, 5), "critic_norm": Choice(True, False),
    }  # fmt: skip
    NARROW: ClassVar[Ranges] = {
        **StepSettings.NARROW, "critic_steps": Choice(1), "critic_norm": Choice(True, False),
    }  # fmt: skip

    SHORT: ClassVar[dict[str, Any]] = {"learning_rate": 2e-3, "beta1": 0.5, "critic_steps": 1}

    critic_steps: PositiveInt = Field(
        1, description="steps of the critic per step of the generator"
    )
    critic_norm: bool = Field(True, description="batch norm in the critic")
