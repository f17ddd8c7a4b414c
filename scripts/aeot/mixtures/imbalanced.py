"""The grid with mode weights that fall geometrically to 1/50 of the largest."""

import numpy as np

from aeot.mixtures.base import Mixture
from aeot.mixtures.grid import grid_means

_SMALLEST = 1 / 50


def imbalanced() -> Mixture:
    """Weights fall row by row, from the corner (-4, -4) to the corner (4, 4)."""
    means = grid_means()
    weights = _SMALLEST ** (np.arange(len(means)) / (len(means) - 1))
    return Mixture(means, 0.05, weights / weights.sum())
