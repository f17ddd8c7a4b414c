"""Settings of the Wasserstein autoencoder with an adversary; torch-free."""

from typing import Any, ClassVar

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.models.wasserstein_settings import CELEBA, WassersteinSettings


class Settings(WassersteinSettings):
    """The defaults of Tolstikhin et al. for MNIST, except for the network, its codes and one trick.

    Their adversary is given the density of the prior only for CelebA; for MNIST it is `aae`.
    """

    AUTHORS: ClassVar[dict[str, dict[str, Any]]] = {
        **WassersteinSettings.AUTHORS,
        "celeba": CELEBA
        | {"penalty": 1, "learning_rate": 3e-4, "adversary_rate": 1e-3, "adversary_units": 1024},
    }

    adversary_rate: PositiveFloat = Field(
        5e-4, description="Adam's initial step size for the adversary"
    )
    adversary_units: PositiveInt = Field(512, description="units of its four hidden layers")
