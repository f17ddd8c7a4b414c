"""Manifold Parzen windows (Vincent and Bengio, 2003): AE-OT's charts without the transport.

A training point at random, and Gaussian noise with the covariance of the points nearest to it,

    m_i + (1 - b s^2)^(1/2) (p_i - m_i) + s C_i^(1/2) e,   e from N(0, I),

with m_i and C_i the mean and the covariance of p_i and its nearest points, the spread s and the
balance b as in `aeot.models.aeot.chart`. What a sampler by charts gains on this one is what the
optimal transport adds to it; with b = 0 it is the estimate as published, less its isotropic part.
"""

import time

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.models.aeot.chart import displacement, nearest_codes, shift
from aeot.pointmodels.base import Fit
from aeot.pointmodels.parzen.settings import Settings
from aeot.seeding import numpy_generator

_BATCH = 4096


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Draw each trial's points (count, d) from windows on the training points (N, d).

    Args:
        points: (N, d) training points.
        settings: neighbours, spread, balance.
        trials: how many.
        seed: with the trial's number makes its draws.
        device: where neighbours are found.
        checkpoint: not used: there is nothing to train.
    """
    start = time.monotonic()
    support = torch.from_numpy(points).to(device)
    near_count = min(settings.neighbours, len(points))
    drawn = []
    for trial in range(trials):
        rng = numpy_generator(seed, "parzen", trial)
        centres = torch.from_numpy(rng.integers(len(points), size=settings.count)).to(device)
        noise = torch.from_numpy(rng.standard_normal((settings.count, points.shape[1]))).to(device)
        parts = []
        for own, offset in zip(centres.split(_BATCH), noise.split(_BATCH), strict=True):
            span = support[nearest_codes(support, own, near_count)]
            every = torch.ones(span.shape[:2], dtype=torch.bool, device=device)
            moved = settings.spread * displacement(span, every, offset)
            moved += shift(span, every, settings.spread, settings.balance)
            parts.append((support[own] + moved).float().cpu())
        drawn.append(torch.cat(parts).numpy())
    result = Fit()
    result.add(np.stack(drawn), 1, time.monotonic() - start)
    return result
