"""Knobs of the Wasserstein autoencoder with an adversary; torch-free."""

from pydantic import Field, PositiveFloat, PositiveInt

from aeot.models.wasserstein_settings import WassersteinSettings


class Settings(WassersteinSettings):
    """The defaults of Tolstikhin et al. for MNIST."""

    adversary_rate: PositiveFloat = Field(5e-4, description="Adam's first step size, adversary's")
    adversary_units: PositiveInt = Field(512, description="units of its four hidden layers")
