"""The Wasserstein autoencoder with a kernel penalty (Tolstikhin et al. 2018)."""
