"""The non-saturating GAN (Goodfellow et al. 2014)."""
