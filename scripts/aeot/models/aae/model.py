"""The adversarial autoencoder (Makhzani et al. 2016, arXiv 1511.05644).

With a squared cost it is the Wasserstein autoencoder with an adversary (Tolstikhin et al. 2018,
arXiv 1711.01558, section 3), but its adversary is not given the density of the prior, as in their
released settings for MNIST, which are the published settings of this model.
"""

from aeot.models.waegan.model import Model as Waegan


class Model(Waegan):
    """An adversary distinguishes codes from draws of the prior, without further input."""

    knows_prior = False
