"""Generative latent optimisation (Bojanowski et al. 2018)."""
