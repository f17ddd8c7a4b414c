"""Draw training points: no model, the row that shows the scores' own noise."""

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit
from aeot.pointmodels.data.settings import Settings
from aeot.seeding import numpy_generator


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Draw each trial's points (count, d) from the training points (N, d), with replacement.

    Device and checkpoint are not used.
    """
    result = Fit()
    rows = [
        numpy_generator(seed, "data", trial).integers(len(points), size=settings.count)
        for trial in range(trials)
    ]
    result.add(np.stack([points[part] for part in rows]), 1, 0.0)
    return result
