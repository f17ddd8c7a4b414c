"""Settings of the adversarial autoencoder; torch-free."""

from aeot.models.waegan.settings import Settings as WaeganSettings


class Settings(WaeganSettings):
    """Those of the Wasserstein autoencoder with an adversary, published ones included.

    Makhzani et al. trained other networks on other data; no distance of theirs is known.
    """
