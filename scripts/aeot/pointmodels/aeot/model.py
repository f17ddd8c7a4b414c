"""AE-OT on points: transport to a part of them, and the extended map; nothing is trained."""

import logging
import time
from typing import Any

import numpy as np
import torch

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.sampling import drawing_report
from aeot.pointmodels.aeot.settings import Settings
from aeot.pointmodels.base import Fit
from aeot.seeding import numpy_generator, stream_seed
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import Solution, solve

log = logging.getLogger("aeot")


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Solve one transport a trial, each to its own part of the points, and draw.

    Args:
        points: (N, d) training points.
        settings: points used, source, tolerance, angle.
        trials: how many.
        seed: with the trial's number makes its part, its solve and its draws.
        device: where planes are evaluated.
        checkpoint: keeps the trials that are done.

    Raises:
        InputError: by `singular: reject` next to every draw is rejected.
    """
    saved = (checkpoint.load() if checkpoint else None) or {"drawn": [], "seconds": 0.0, "rows": []}
    drawn, seconds, rows = saved["drawn"], saved["seconds"], saved["rows"]
    for trial in range(len(drawn), trials):
        start = time.monotonic()
        solution = solve_trial(points, settings, trial, seed, device)
        own = stream_seed(seed, "sample", trial)
        found = draw_codes(solution.transport, settings.sampling(), own, device)
        seconds += time.monotonic() - start
        drawn.append(torch.from_numpy(found.codes))
        names = ("converged", "mass_error", "mass_error_high", "empty_cells")
        row = {name: solution.report[name] for name in names}
        rows.append(row | {"sampling": drawing_report(solution.transport, found)})
        log.info("trial %d of %d, %.1f s", trial + 1, trials, seconds)
        if checkpoint and checkpoint.due():
            checkpoint.save({"drawn": drawn, "seconds": seconds, "rows": rows})
    fitted = np.stack([trial_rows(len(points), settings, t, seed) for t in range(trials)])
    result = Fit(report={"codes": settings.codes, "trials": rows}, rows=fitted)
    result.add(np.stack([part.numpy() for part in drawn]), 1, seconds)
    return result


def trial_rows(
    available: int, settings: Settings, trial: int, seed: int
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Draw which of the points a trial is transported to: (min(codes, available),)."""
    return numpy_generator(seed, "codes", trial).permutation(available)[: settings.codes]


def solve_trial(
    points: Points, settings: Settings, trial: int, seed: int, device: torch.device
) -> Solution:
    """Solve the transport to a trial's part of the points."""
    rows = trial_rows(len(points), settings, trial, seed)
    wanted = TransportSettings(source=settings.source, tolerance=settings.tolerance)
    return solve(points[rows], None, wanted, stream_seed(seed, "solve", trial), device)
