"""scikit-learn's Gaussian mixture on points."""

import time

import numpy as np
import torch
from sklearn.mixture import GaussianMixture

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit
from aeot.pointmodels.gmm.settings import Settings
from aeot.seeding import numpy_generator, stream_seed


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Fit one mixture a trial, each to its own part of the points; CPU only.

    Args:
        points: (N, d) training points.
        settings: sizes to choose from, points used.
        trials: how many.
        seed: with the trial's number makes its part, its start and its draws.
        device: not used.
        checkpoint: not used: a fit takes seconds.

    Raises:
        InputError: fewer points than components.
    """
    start, drawn, chosen, rows = time.monotonic(), [], [], []
    for trial in range(trials):
        rng = numpy_generator(seed, "gmm", trial)
        rows.append(rng.permutation(len(points))[: settings.fitted])
        part = points[rows[-1]].astype(np.float64)
        if len(part) < max(settings.components):
            raise InputError(f"{len(part)} points cannot make {max(settings.components)} parts.")
        state = stream_seed(seed, "gmm", trial) % 2**32
        models = [GaussianMixture(k, random_state=state).fit(part) for k in settings.components]
        best = min(models, key=lambda model: model.bic(part))
        chosen.append(best.n_components)
        samples, _ = best.sample(settings.count)
        drawn.append(rng.permutation(samples).astype(np.float32))  # they come mode by mode
    result = Fit(report={"components": chosen}, rows=np.stack(rows))
    result.add(np.stack(drawn), 1, time.monotonic() - start)
    return result
