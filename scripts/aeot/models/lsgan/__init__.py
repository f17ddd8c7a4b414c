"""The least-squares GAN (Mao et al. 2017)."""
