"""Settings of generative adversarial interpolative autoencoding; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, NonNegativeFloat, PositiveFloat

from aeot.models.search import LogUniform, Ranges
from aeot.models.step_settings import StepSettings

GAIA_LEAST = 16  # pixels of a side that the authors' network takes


class Settings(StepSettings):
    """Sainburg et al.'s, by default on the networks of Lucic et al.

    They trained on faces of 128 x 128 pixels for up to 1,000 epochs and published no score:
    `published` means the budget of Lucic et al., and their own settings only for CelebA.
    """

    ENCODES: ClassVar[bool] = True
    AUTHORS: ClassVar[dict[str, dict[str, Any]]] = {
        "celeba": {"net": "gaia", "codes": 1024, "batch_size": 8}
    }
    WIDE: ClassVar[Ranges] = {**StepSettings.WIDE, "balance_slope": LogUniform(0, 2)}
    SHORT: ClassVar[dict[str, Any]] = {"learning_rate": 1e-3}

    net: Literal["infogan", "gaia"] = Field(
        "infogan",
        description="infogan: the networks that all models share; gaia: those of the authors' "
        "code, in which half of the codes are content and half are style",
    )
    beta1: float = Field(0.9, ge=0, lt=1, description="Adam's decay of the first moment")
    balance_slope: PositiveFloat = Field(20.0, description="slope of the balancing sigmoids")
    balance_gradient: bool = Field(
        True,
        description="whether gradients pass through the balancing sigmoids of the losses, as in "
        "the authors' code; false: they are constants",
    )
    distances: NonNegativeFloat = Field(
        5e-5, description="weight of the term that preserves pairwise distances"
    )

    def shape_fault(self, shape: tuple[int, int, int]) -> str | None:
        """See `StepSettings`; `net: gaia` reflects maps that must not be too small."""
        if self.net == "gaia" and min(shape[1:]) < GAIA_LEAST:
            return f"net=gaia needs sides of at least {GAIA_LEAST} pixels; use net=infogan"
        return super().shape_fault(shape)
