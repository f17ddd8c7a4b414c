"""Settings of every Wasserstein autoencoder; torch-free.

For CelebA, the weights of the penalty, the prior's deviation, the step sizes and the 55 epochs are
those of the paper; the smooth decay is that of the released code, which has 50 epochs, a deviation
of 1 and a step size in between. The crop of 140 pixels is a key of the data set.
"""

from typing import Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat

from aeot.halving import halving_fault
from aeot.models.search import LogUniform, Ranges
from aeot.models.step_settings import Budget, StepSettings

CELEBA: dict[str, Any] = {
    "net": "wae", "batch_size": 100, "prior_deviation": 2**0.5, "decay": "smooth"
}  # fmt: skip

WAE_LARGE = 64  # from this side on, the authors' network has larger kernels and one more level


class WassersteinSettings(StepSettings):
    """The defaults of Tolstikhin et al. for MNIST, except for the network and its codes.

    They released settings for MNIST and CelebA; other data sets use the budget of MNIST, on the
    networks that all models share.
    """

    ENCODES: ClassVar[bool] = True
    PUBLISHED: ClassVar[dict[str, Budget]] = {
        "mnist": {"epochs": 100}, "celeba": {"epochs": 55}, "default": {"epochs": 100}
    }  # fmt: skip
    AUTHORS: ClassVar[dict[str, dict[str, Any]]] = {
        "mnist": {"net": "wae", "codes": 8, "batch_size": 100},
        "celeba": CELEBA | {"penalty": 100},
        "default": {"batch_size": 100},
    }
    WIDE: ClassVar[Ranges] = {**StepSettings.WIDE, "penalty": LogUniform(-1, 3)}
    NARROW: ClassVar[Ranges] = {**StepSettings.NARROW, "penalty": LogUniform(0, 2)}
    SHORT: ClassVar[dict[str, Any]] = {"pretraining": 0}  # the step size is large enough

    net: Literal["infogan", "wae"] = Field(
        "infogan",
        description="infogan: the networks that all models share; wae: those of the authors' code",
    )
    pretraining: NonNegativeInt = Field(
        200,
        description="maximum number of initial steps that train only the encoder, to bring the "
        "mean and the covariance of its codes close to the prior's",
    )
    decay: Literal["stepwise", "smooth"] = Field(
        "stepwise",
        description="decay of the step sizes. stepwise: half after 30 % of the steps, a tenth "
        "after 50 %; smooth: exponentially to a hundredth",
    )
    learning_rate: PositiveFloat = Field(1e-3, description="Adam's initial step size")
    penalty: NonNegativeFloat = Field(10.0, description="weight of the penalty")
    reconstruction: PositiveFloat = Field(
        0.05, description="weight of the squared error, summed over an image's pixels"
    )
    prior_deviation: PositiveFloat = Field(1.0, description="standard deviation of the prior")

    def shape_fault(self, shape: tuple[int, int, int]) -> str | None:
        """See `StepSettings`; `net: wae` halves large images once more."""
        times = 3 if self.net == "wae" and min(shape[1:]) >= WAE_LARGE else 2
        return halving_fault(*shape[1:], times)
