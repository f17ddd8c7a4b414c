"""The Wasserstein GAN with a gradient penalty (Gulrajani et al. 2017)."""
