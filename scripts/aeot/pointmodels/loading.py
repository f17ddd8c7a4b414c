"""Load a fitted model of points by its registered name, or its complete fit."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from aeot.errors import InputError
from aeot.files import load_arrays, load_json, load_rows
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.base import HISTORY, Fit, PointModel
from aeot.pointmodels.trial_settings import PointSettings
from aeot.registry import resolve_part


def load_fitted(
    path: str | Path, model: str, places: Iterable[PointSettings], device: torch.device
) -> PointModel[Any]:
    """Load a model that is to draw with given settings.

    Args:
        path: the file.
        model: registered name.
        places: the settings of every draw.
        device: where it draws.

    Raises:
        InputError: the model is not registered, the file is missing or corrupt or belongs to
            another model, or the model was fitted with other settings.
    """
    kind = resolve_part(POINT_MODELS, model, "model:Model", "model of points")
    found: PointModel[Any] = kind.load(path, device)
    for place in places:
        found.check(place)
    return found


def load_fit(
    files: Sequence[str],
    model: str,
    settings: PointSettings,
    trials: int,
    seed: int,
    device: torch.device,
) -> Fit:
    """Load a fit, and draw from it with other drawing settings.

    Args:
        files: the fitted model, its history, its report and its points, as `fit_points.py` writes
            them.
        model: registered name.
        settings: those of the fit, except for the drawing settings.
        trials: number of trials of the fit.
        seed: seed of the fit, which also determines the draws.
        device: where it draws.

    Raises:
        InputError: see `load_fitted`; or it has another number of trials.
    """
    fitted, history, report, points = files
    found = load_fitted(fitted, model, [settings], device)
    if found.trials != trials:
        raise InputError(f"{fitted} has {found.trials} trials, not {trials}; fit the model again.")
    rows = [row | {"seconds": float(row["seconds"])} for row in load_rows(history, *HISTORY)]
    used = load_arrays(points).get("rows")
    return Fit(found, settings, seed, rows, report=load_json(report)["fit"], rows=used)
