"""AE-OT without an autoencoder: the points are the codes."""
