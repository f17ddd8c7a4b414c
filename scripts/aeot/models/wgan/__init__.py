"""The Wasserstein GAN with clipped weights (Arjovsky et al. 2017)."""
