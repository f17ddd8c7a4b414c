"""Generative adversarial interpolative autoencoding (Sainburg et al. 2018)."""
