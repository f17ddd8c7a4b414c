"""Manifold Parzen windows (Vincent and Bengio, 2003): AE-OT's charts without the transport.

A sample is a random training point with Gaussian noise of the covariance of the points nearest to
it,

    m_i + (1 - b s^2)^(1/2) (p_i - m_i) + s C_i^(1/2) e,   e from N(0, I),

with m_i and C_i the mean and the covariance of p_i and its nearest points, the spread s and the
balance b as in `aeot.models.aeot.chart`. The difference between a sampler with charts and this one
is the contribution of the optimal transport. For b = 0, it is the published estimate without its
isotropic part.
"""

import torch

from aeot.mixtures.base import Points
from aeot.models.aeot.chart import displacement, nearest_codes, shift
from aeot.pointmodels.kept import KeptPoints
from aeot.pointmodels.parzen.settings import Settings
from aeot.seeding import numpy_generator

_BATCH = 4096


class Model(KeptPoints[Settings]):
    """The training points, each with its own window."""

    SETTINGS = Settings

    def sample_trial(self, settings: Settings, seed: int, trial: int) -> Points:
        """See `KeptPoints`."""
        support, device = self.support, self.device
        near_count = min(settings.neighbours, len(support))
        rng = numpy_generator(seed, "parzen", trial)
        centres = torch.from_numpy(rng.integers(len(support), size=settings.count)).to(device)
        noise = torch.from_numpy(rng.standard_normal((settings.count, support.shape[1])))
        parts = []
        for own, offset in zip(centres.split(_BATCH), noise.to(device).split(_BATCH), strict=True):
            span = support[nearest_codes(support, own, near_count)]
            every = torch.ones(span.shape[:2], dtype=torch.bool, device=device)
            moved = settings.spread * displacement(span, every, offset)
            moved += shift(span, every, settings.spread, settings.balance)
            parts.append((support[own] + moved).float().cpu())
        drawn: Points = torch.cat(parts).numpy()
        return drawn
