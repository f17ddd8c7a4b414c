"""The GAN whose critic is flat around the data (Kodali et al. 2017)."""
