"""The Wasserstein GAN with a soft one-sided random Lipschitz penalty: a reconstruction."""
