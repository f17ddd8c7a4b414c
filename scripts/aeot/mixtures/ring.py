"""2D-ring: eight Gaussians on the unit circle, deviation 0.01 (PacGAN)."""

import numpy as np

from aeot.mixtures.base import Mixture


def ring() -> Mixture:
    """Means (cos, sin)(2 pi i / 8)."""
    angle = 2 * np.pi * np.arange(8) / 8
    return Mixture.balanced(np.stack([np.cos(angle), np.sin(angle)], axis=1), 0.01)
