"""scikit-learn's Gaussian mixture on points."""

import time
from typing import Any, Self

import numpy as np
import torch
from sklearn.mixture import GaussianMixture

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit, PointModel, history_row
from aeot.pointmodels.gmm.settings import Settings
from aeot.seeding import numpy_generator, stream_seed

_PARTS = ("weights_", "means_", "covariances_")


class Model(PointModel[Settings]):
    """A mixture for every trial, fitted to the trial's own subset of the points; CPU only.

    Args:
        settings: see `PointModel`.
        peers: scikit-learn's mixtures, one per trial.
        available: number of training points, of which each trial used a subset.
    """

    SETTINGS = Settings

    def __init__(self, settings: Settings, peers: list[GaussianMixture], available: int) -> None:
        super().__init__(settings, len(peers))
        self.peers, self.available = peers, available

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
        """See `PointModel`; a fit takes seconds and does not use the checkpoint.

        Raises:
        InputError: fewer points than components.
        """
        start, peers, rows = time.monotonic(), [], []
        for trial in range(trials):
            rng = numpy_generator(seed, "gmm", trial)
            rows.append(rng.permutation(len(points))[: settings.fitted])
            part = points[rows[-1]].astype(np.float64)
            if len(part) < max(settings.components):
                raise InputError(
                    f"{len(part)} points are too few for {max(settings.components)} components."
                )
            state = _state(seed, trial)
            models = [GaussianMixture(k, random_state=state).fit(part) for k in settings.components]
            peers.append(min(models, key=lambda model: model.bic(part)))
        history = [history_row(0, 1, time.monotonic() - start)]
        model, report = cls(settings, peers, len(points)), [peer.n_components for peer in peers]
        return Fit(
            model, settings, seed, history, report={"components": report}, rows=np.stack(rows)
        )

    def sample(self, settings: Settings, seed: int) -> Points:
        """See `PointModel`."""
        drawn = []
        for trial, peer in enumerate(self.peers):
            rng = numpy_generator(seed, "gmm", trial)
            rng.permutation(self.available)  # that of the fit
            samples, _ = peer.set_params(random_state=_state(seed, trial)).sample(settings.count)
            drawn.append(rng.permutation(samples).astype(np.float32))  # they come mode by mode
        return np.stack(drawn)

    def state(self) -> dict[str, Any]:
        """See `PointModel`."""
        peers = [
            {name: torch.tensor(getattr(peer, name)) for name in _PARTS} for peer in self.peers
        ]
        return {"available": self.available, "peers": peers}

    @classmethod
    def restored(cls, settings: Settings, state: dict[str, Any], device: torch.device) -> Self:
        """See `PointModel`."""
        peers = []
        for parts in state["peers"]:
            peer = GaussianMixture(len(parts["weights_"]))
            for name in _PARTS:
                setattr(peer, name, parts[name].numpy())
            peers.append(peer)
        return cls(settings, peers, state["available"])


def _state(seed: int, trial: int) -> int:
    """Return the seed that scikit-learn takes."""
    return stream_seed(seed, "gmm", trial) % 2**32
