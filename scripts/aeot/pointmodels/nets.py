"""PacGAN's networks for mixtures (Lin et al. 2018), of many trials at once."""

from torch import nn

from aeot.pointmodels.stacked import Generators, Linear, Maxout, normed

NOISE = 2  # dimensions of the generator's noise
_WIDTH, UNITS = 400, 200


def generator(generators: Generators, dimension: int, pack: int = 1) -> nn.Sequential:
    """Noise (T, n, 2) -> points (T, n, d): four normed layers of 400, one linear.

    In training, n is a multiple of `pack`, and each slot of the packs is normalised separately.
    """
    hidden = normed(generators, [NOISE, *[_WIDTH] * 4], pack)
    return nn.Sequential(hidden, Linear(generators, _WIDTH, dimension))


def encoder(generators: Generators, dimension: int) -> nn.Sequential:
    """Points beside noise (T, n, d + 2) -> noise (T, n, 2): two normed layers, one linear."""
    hidden = normed(generators, [dimension + NOISE, _WIDTH, _WIDTH])
    return nn.Sequential(hidden, Linear(generators, _WIDTH, NOISE))


def critic_features(generators: Generators, inputs: int) -> nn.Sequential:
    """Critic without its last layer: (T, n, inputs) -> (T, n, 200), three maxout layers."""
    widths = [inputs, UNITS, UNITS]
    return nn.Sequential(*(Maxout(generators, width, UNITS) for width in widths))


def critic(generators: Generators, inputs: int) -> nn.Sequential:
    """Critic: (T, n, inputs) -> logits (T, n, 1)."""
    return nn.Sequential(critic_features(generators, inputs), Linear(generators, UNITS, 1))
