"""PacGAN: a GAN whose critic sees several samples at once (Lin et al. 2018); one is a plain GAN."""
