"""The Wasserstein autoencoder with an adversary (Tolstikhin et al. 2018)."""
