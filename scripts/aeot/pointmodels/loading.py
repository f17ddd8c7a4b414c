"""Load a fitted model of points by its registered name."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch

from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.base import PointModel
from aeot.pointmodels.trial_settings import PointSettings
from aeot.registry import resolve_part


def load_fitted(
    path: str | Path, model: str, places: Iterable[PointSettings], device: torch.device
) -> PointModel[Any]:
    """Load a model that is drawn from with some settings.

    Args:
        path: the file.
        model: registered name.
        places: the settings of every draw.
        device: where it draws.

    Raises:
        InputError: the model is not registered, the file is missing, corrupt or of another model,
            or it was fitted with other settings.
    """
    kind = resolve_part(POINT_MODELS, model, "model:Model", "model of points")
    found: PointModel[Any] = kind.load(path, device)
    for place in places:
        found.check(place)
    return found
