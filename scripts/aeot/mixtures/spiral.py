"""Two spiral arms: chains of Gaussians that touch, so that the data lie on curves, not in spots."""

import numpy as np

from aeot.mixtures.base import Mixture

_ARMS, _MODES = 2, 40  # chains, Gaussians in each
_INNER, _OUTER = 0.5, 4.0  # radii
_TURNS = 1.5


def spiral() -> Mixture:
    """Archimedean arms, modes evenly spaced along them: about 3.6 deviations apart."""
    t = np.linspace(0, 1, 10_001)
    radius, angle = _INNER + (_OUTER - _INNER) * t, 2 * np.pi * _TURNS * t
    arm = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(arm, axis=0), axis=1))])
    places = np.linspace(0, length[-1], _MODES)
    one = np.stack([np.interp(places, length, arm[:, k]) for k in (0, 1)], axis=1)
    means = np.concatenate([one * (-1) ** arm_number for arm_number in range(_ARMS)])
    return Mixture.balanced(means, 0.15)
