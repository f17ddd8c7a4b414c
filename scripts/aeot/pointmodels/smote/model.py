"""SMOTE (Chawla et al., 2002) on all points: AE-OT between two cells without the transport.

A training point p_i at random and one of its nearest points p_j at random, mixed like the two
cells of the extended map: t p_i + (1 - t) p_j with t uniform on [0, 1].
"""

import time

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.models.aeot.chart import nearest_codes
from aeot.pointmodels.base import Fit
from aeot.pointmodels.smote.settings import Settings
from aeot.seeding import numpy_generator


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Draw each trial's points (count, d) between neighbouring training points (N, d).

    Args:
        points: (N, d) training points.
        settings: neighbours.
        trials: how many.
        seed: with the trial's number makes its draws.
        device: where neighbours are found.
        checkpoint: not used: there is nothing to train.

    Raises:
        InputError: there are not so many other points.
    """
    start = time.monotonic()
    if settings.neighbours >= len(points):
        raise InputError(
            f"{len(points)} points have no {settings.neighbours} others; lower neighbours."
        )
    support = torch.from_numpy(points).to(device)
    drawn = []
    for trial in range(trials):
        rng = numpy_generator(seed, "smote", trial)
        own = rng.integers(len(points), size=settings.count)
        near = nearest_codes(support, torch.from_numpy(own).to(device), settings.neighbours + 1)
        chosen = rng.integers(1, settings.neighbours + 1, size=settings.count)
        other = near.cpu().numpy()[np.arange(settings.count), chosen]
        share = rng.random((settings.count, 1))
        drawn.append((share * points[own] + (1 - share) * points[other]).astype(np.float32))
    result = Fit()
    result.add(np.stack(drawn), 1, time.monotonic() - start)
    return result
