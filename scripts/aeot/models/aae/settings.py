"""Settings of the adversarial autoencoder; torch-free."""

from aeot.models.waegan.settings import Settings as WaeganSettings


class Settings(WaeganSettings):
    """Settings of the Wasserstein autoencoder with an adversary, including the published ones.

    Makhzani et al. trained other networks on other data and published no distances.
    """
