"""AE-OT: an autoencoder whose latent distribution is sampled by semi-discrete optimal transport."""

__version__ = "0.1.0"
