"""AE-OT on points: transport to a subset of them, and the extended map; nothing is trained."""

import logging
import time
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.sampling import drawing_report
from aeot.pointmodels.aeot.settings import Settings
from aeot.pointmodels.base import Draw, Fit, PointModel, history_row
from aeot.seeding import numpy_generator, stream_seed
from aeot.transport.map import TransportMap
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import Solution, solve

log = logging.getLogger("aeot")


class Model(PointModel[Settings]):
    """A solved transport for every trial, to the trial's own subset of the points.

    Args:
        settings: see `PointModel`.
        transports: one per trial.
        device: where planes are evaluated.
    """

    SETTINGS = Settings

    def __init__(
        self, settings: Settings, transports: list[TransportMap], device: torch.device
    ) -> None:
        super().__init__(settings, len(transports))
        self.transports, self.device = transports, device

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
        """See `PointModel`; the checkpoint stores the finished trials."""
        saved = (checkpoint.load() if checkpoint else None) or {"solved": [], "seconds": 0.0}
        solved, seconds = saved["solved"], saved["seconds"]
        for trial in range(len(solved), trials):
            start = time.monotonic()
            solution = _solve(points, settings, trial, seed, device)
            seconds += time.monotonic() - start
            names = ("converged", "mass_error", "mass_error_high", "empty_cells")
            report = {name: solution.report[name] for name in names}
            solved.append({"report": report, "transport": _dump(solution.transport)})
            log.info("trial %d of %d, %.1f s", trial + 1, trials, seconds)
            if checkpoint and checkpoint.due():
                checkpoint.save({"solved": solved, "seconds": seconds})
        model = cls(settings, [_transport(trial["transport"]) for trial in solved], device)
        report = {"codes": settings.codes, "trials": [trial["report"] for trial in solved]}
        rows = np.stack([_rows(len(points), settings, trial, seed) for trial in range(trials)])
        return Fit(model, settings, seed, [history_row(0, 1, seconds)], report=report, rows=rows)

    def sample(self, settings: Settings, seed: int) -> Points:
        """See `PointModel`.

        Raises:
            InputError: nearly all draws are rejected (`singular: reject`).
        """
        return self.draw(settings, seed).points

    def draw(self, settings: Settings, seed: int) -> Draw:
        """See `PointModel`; the report has a `drawing_report` of every trial."""
        codes, reports = [], []
        for trial, transport in enumerate(self.transports):
            own = stream_seed(seed, "sample", trial)
            found = draw_codes(transport, settings.sampling(), own, self.device)
            codes.append(found.codes)
            reports.append(drawing_report(transport, found))
        return Draw(np.stack(codes), {"trials": reports})

    def state(self) -> dict[str, Any]:
        """See `PointModel`."""
        return {"transports": [_dump(transport) for transport in self.transports]}

    @classmethod
    def restored(cls, settings: Settings, state: dict[str, Any], device: torch.device) -> Self:
        """See `PointModel`."""
        return cls(settings, [_transport(saved) for saved in state["transports"]], device)


def _dump(transport: TransportMap) -> dict[str, Any]:
    """Return what `_transport` takes: tensors and the source's name."""
    arrays = {name: getattr(transport, name) for name in ("support", "heights", "masses")}
    saved = {name: torch.tensor(values) for name, values in arrays.items()}
    return saved | {"source": transport.source}


def _transport(saved: dict[str, Any]) -> TransportMap:
    support, heights, masses = (saved[name].numpy() for name in ("support", "heights", "masses"))
    return TransportMap(support, heights, masses, saved["source"])


def _rows(available: int, settings: Settings, trial: int, seed: int) -> NDArray[np.int64]:
    """Draw the points to which a trial is transported: (min(codes, available),)."""
    return numpy_generator(seed, "codes", trial).permutation(available)[: settings.codes]


def _solve(
    points: Points, settings: Settings, trial: int, seed: int, device: torch.device
) -> Solution:
    """Solve the transport to a trial's subset of the points."""
    wanted = TransportSettings(source=settings.source, tolerance=settings.tolerance)
    part = points[_rows(len(points), settings, trial, seed)]
    return solve(part, None, wanted, stream_seed(seed, "solve", trial), device)
