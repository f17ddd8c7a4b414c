"""Knobs of the adversarial autoencoder; torch-free."""

from aeot.models.waegan.settings import Settings as WaeganSettings


class Settings(WaeganSettings):
    """Those of the Wasserstein autoencoder with an adversary."""
