"""A kernel density estimate: a training point at random, and Gaussian noise (Silverman 1986)."""

import time

import numpy as np
import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit
from aeot.pointmodels.kde.settings import Settings
from aeot.seeding import numpy_generator

_CANDIDATES = np.geomspace(0.01, 2, 54)  # neighbours differ by a tenth
_CHUNK = 4096


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Choose a bandwidth for every trial, and draw.

    Args:
        points: (N, d) training points; all of them are drawn from.
        settings: bandwidth.
        trials: how many.
        seed: with the trial's number makes what is left out, and its draws.
        device: where distances are computed.
        checkpoint: not used: a fit takes seconds.

    Raises:
        InputError: there are no points besides those left out.
    """
    start, drawn, chosen = time.monotonic(), [], []
    unit = float(np.sqrt(points.astype(np.float64).var(axis=0).mean()))
    for trial in range(trials):
        rng = numpy_generator(seed, "kde", trial)
        order = rng.permutation(len(points))
        wide = settings.bandwidth
        if wide is None:
            if len(points) <= settings.held_out:
                raise InputError(
                    f"{len(points)} points leave none to fit; lower held_out, or name a bandwidth."
                )
            parts = np.split(points[order], [settings.held_out])
            left_out, kept = (torch.from_numpy(part).to(device) for part in parts)
            wide = _likeliest(left_out, kept, unit)
        chosen.append(wide)
        centres = points[rng.integers(len(points), size=settings.count)]
        noise = rng.standard_normal(centres.shape)
        drawn.append((centres + wide * unit * noise).astype(np.float32))
    result = Fit(report={"bandwidths": chosen})
    result.add(np.stack(drawn), 1, time.monotonic() - start)
    return result


def _likeliest(left_out: Tensor, kept: Tensor, unit: float) -> float:
    """Bandwidth, in units of `unit`, under which the points left out are the likeliest."""
    found = log_likelihoods(left_out, kept, unit * _CANDIDATES)
    return float(_CANDIDATES[int(np.argmax(found))])


def log_likelihoods(left_out: Tensor, kept: Tensor, bandwidths: np.ndarray) -> list[float]:
    """Mean log-density of points (m, d) under the estimate on (n, d), a value a bandwidth.

    The constant -d/2 log(2 pi) is left out.
    """
    wide = torch.from_numpy(bandwidths).to(left_out.device)[:, None]
    total = left_out.new_zeros(len(bandwidths), dtype=torch.float64)
    for part in left_out.split(max(1, _CHUNK * _CHUNK // len(kept))):
        squares = torch.cdist(part, kept, compute_mode="donot_use_mm_for_euclid_dist").square()
        for k, h in enumerate(wide[:, 0]):
            total[k] += torch.logsumexp(-squares / (2 * h**2), dim=1).sum()
    n, d = kept.shape
    means = total / len(left_out) - np.log(n) - d * wide[:, 0].log()
    return [float(value) for value in means]
