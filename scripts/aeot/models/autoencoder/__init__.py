"""The autoencoder whose codes AE-OT transports."""
