"""Models of points that draw from the training points themselves."""

from abc import abstractmethod
from typing import Any, Self

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit, PointModel, S, history_row


class KeptPoints(PointModel[S]):
    """A model that stores the training points; everything else is done when it draws.

    Args:
        settings: see `PointModel`.
        trials: see `PointModel`.
        points: (N, d) float32, the training points.
        device: where neighbours are found.
    """

    def __init__(self, settings: S, trials: int, points: Points, device: torch.device) -> None:
        super().__init__(settings, trials)
        self.points, self.device = points, device
        self.support = torch.from_numpy(points).to(device)

    @classmethod
    def fit(
        cls,
        points: Points,
        settings: S,
        trials: int,
        seed: int,
        device: torch.device,
        checkpoint: Checkpoint | None = None,
    ) -> Fit:
        """Store the points; there is nothing to train, and the checkpoint is not used."""
        model = cls(settings, trials, points, device)
        return Fit(model, settings, seed, [history_row(0, 1, 0.0)])

    @abstractmethod
    def sample_trial(self, settings: S, seed: int, trial: int) -> Points:
        """Draw the points (count, d) of a trial."""

    def sample(self, settings: S, seed: int) -> Points:
        """See `PointModel`."""
        drawn = [self.sample_trial(settings, seed, trial) for trial in range(self.trials)]
        return np.stack(drawn)

    def state(self) -> dict[str, Any]:
        """See `PointModel`."""
        return {"trials": self.trials, "points": torch.from_numpy(self.points)}

    @classmethod
    def restored(cls, settings: S, state: dict[str, Any], device: torch.device) -> Self:
        """See `PointModel`."""
        return cls(settings, state["trials"], state["points"].numpy(), device)
