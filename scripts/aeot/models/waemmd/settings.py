"""Settings of the Wasserstein autoencoder with a kernel penalty; torch-free."""

from aeot.models.wasserstein_settings import WassersteinSettings


class Settings(WassersteinSettings):
    """The defaults of Tolstikhin et al. for MNIST, except for the network and its codes."""
