"""The minimax GAN (Goodfellow et al. 2014)."""
