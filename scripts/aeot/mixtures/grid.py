"""2D-grid: 25 Gaussians on a 5 x 5 grid of spacing 2, deviation 0.05 (PacGAN; VEEGAN before it)."""

import numpy as np

from aeot.mixtures.base import Mixture, Vector


def grid_means() -> Vector:
    """Means {-4, -2, 0, 2, 4}^2: (25, 2)."""
    steps = np.arange(-4.0, 5.0, 2.0)
    return np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 2)


def grid() -> Mixture:
    """The grid, with equal modes."""
    return Mixture.balanced(grid_means(), 0.05)
