"""The frontier of fidelity against novelty, among samplers of the frozen autoencoder's codes."""
