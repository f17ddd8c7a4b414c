"""The boundary-equilibrium GAN (Berthelot et al. 2017)."""
