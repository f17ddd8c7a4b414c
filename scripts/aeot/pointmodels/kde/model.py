"""A kernel density estimate: a training point at random, and Gaussian noise (Silverman 1986)."""

import time
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit, history_row
from aeot.pointmodels.kde.settings import Settings
from aeot.pointmodels.kept import KeptPoints
from aeot.seeding import numpy_generator

_CANDIDATES = np.geomspace(0.01, 2, 54)  # neighbours differ by a tenth
_CHUNK = 4096


class Model(KeptPoints[Settings]):
    """The training points, all of which can be drawn, and a bandwidth for every trial.

    Args:
        settings: see `PointModel`.
        trials: see `PointModel`.
        points: see `KeptPoints`.
        device: see `KeptPoints`.
        bandwidths: those of the highest likelihood, in standard deviations of the points; none if
            there are no points besides the held-out ones.
    """

    SETTINGS = Settings

    def __init__(
        self,
        settings: Settings,
        trials: int,
        points: Points,
        device: torch.device,
        bandwidths: Sequence[float] = (),
    ) -> None:
        super().__init__(settings, trials, points, device)
        self.bandwidths = list(bandwidths)

    @classmethod
    def fit(
        cls,
        points: Points,
        settings: Settings,
        trials: int,
        seed: int,
        device: torch.device,
        checkpoint: Checkpoint | None = None,
    ) -> Fit:
        """See `PointModel`; a fit takes seconds, and keeps nothing in a checkpoint."""
        start, chosen = time.monotonic(), []
        for trial in range(trials if len(points) > settings.held_out else 0):
            order = numpy_generator(seed, "kde", trial).permutation(len(points))
            parts = np.split(points[order], [settings.held_out])
            left_out, kept = (torch.from_numpy(part).to(device) for part in parts)
            chosen.append(_likeliest(left_out, kept, _unit(points)))
        history = [history_row(0, 1, time.monotonic() - start)]
        model = cls(settings, trials, points, device, chosen)
        return Fit(model, settings, seed, history, report={"bandwidths": chosen})

    def sample_trial(self, settings: Settings, seed: int, trial: int) -> Points:
        """See `KeptPoints`.

        Raises:
            InputError: no bandwidth is set, and there were no points for choosing one.
        """
        points, wide = self.points, settings.bandwidth
        if wide is None and not self.bandwidths:
            raise InputError(
                f"{len(points)} points leave none to fit; lower held_out, or name a bandwidth."
            )
        wide = wide or self.bandwidths[trial]
        rng = numpy_generator(seed, "kde", trial)
        rng.permutation(len(points))  # that of the fit
        centres = points[rng.integers(len(points), size=settings.count)]
        noise = rng.standard_normal(centres.shape)
        return (centres + wide * _unit(points) * noise).astype(np.float32)

    def state(self) -> dict[str, Any]:
        """See `PointModel`."""
        return super().state() | {"bandwidths": self.bandwidths}

    @classmethod
    def restored(cls, settings: Settings, state: dict[str, Any], device: torch.device) -> Self:
        """See `PointModel`."""
        points, bandwidths = state["points"].numpy(), state["bandwidths"]
        return cls(settings, state["trials"], points, device, bandwidths)


def _unit(points: Points) -> float:
    """Return the root of the coordinates' mean variance."""
    return float(np.sqrt(points.astype(np.float64).var(axis=0).mean()))


def _likeliest(left_out: Tensor, kept: Tensor, unit: float) -> float:
    """Bandwidth, in units of `unit`, with the highest likelihood of the held-out points."""
    found = log_likelihoods(left_out, kept, unit * _CANDIDATES)
    return float(_CANDIDATES[int(np.argmax(found))])


def log_likelihoods(left_out: Tensor, kept: Tensor, bandwidths: np.ndarray) -> list[float]:
    """Mean log-density of points (m, d) under the estimate from (n, d), for each bandwidth.

    The constant -d/2 log(2 pi) is omitted.
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
