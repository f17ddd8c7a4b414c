"""The adversarial autoencoder (Makhzani et al. 2016)."""
