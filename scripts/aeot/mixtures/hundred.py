"""100 Gaussians in ten dimensions."""

import numpy as np

from aeot.mixtures.base import Mixture

_SEED = 0  # of the means: they are part of the problem, not of a run


def hundred() -> Mixture:
    """Means uniform on [-4, 4]^10, deviation 0.1: the next mean is 36 deviations away or more."""
    means = np.random.default_rng(_SEED).uniform(-4, 4, size=(100, 10))
    return Mixture.balanced(means, 0.1)
