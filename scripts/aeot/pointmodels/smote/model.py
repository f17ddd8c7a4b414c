"""SMOTE (Chawla et al., 2002) on all points: AE-OT between two cells without the transport.

A sample is a mixture of a random training point p_i and a random one of its nearest points p_j,
like that of the two cells of the extended map: t p_i + (1 - t) p_j with t uniform on [0, 1].
"""

import numpy as np
import torch

from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.models.aeot.chart import nearest_codes
from aeot.pointmodels.kept import KeptPoints
from aeot.pointmodels.smote.settings import Settings
from aeot.seeding import numpy_generator


class Model(KeptPoints[Settings]):
    """The training points, mixed with their neighbours."""

    SETTINGS = Settings

    def sample_trial(self, settings: Settings, seed: int, trial: int) -> Points:
        """See `KeptPoints`.

        Raises:
            InputError: there are fewer other points than neighbours.
        """
        points, count, most = self.points, settings.count, settings.neighbours
        if most >= len(points):
            raise InputError(f"{len(points)} points have no {most} others; lower neighbours.")
        rng = numpy_generator(seed, "smote", trial)
        own = rng.integers(len(points), size=count)
        near = nearest_codes(self.support, torch.from_numpy(own).to(self.device), most + 1)
        chosen = rng.integers(1, most + 1, size=count)
        other = near.cpu().numpy()[np.arange(count), chosen]
        share = rng.random((count, 1))
        return (share * points[own] + (1 - share) * points[other]).astype(np.float32)
