"""Load what decodes codes: the frozen autoencoder, or a trained model of images."""

from pathlib import Path

import torch

from aeot.models import IMAGE_MODELS
from aeot.models.autoencoder.model import Autoencoder
from aeot.models.base import ImageModel
from aeot.registry import resolve_part


def load_coder(
    path: str | Path, model: str | None, device: torch.device
) -> Autoencoder | ImageModel:
    """Load the autoencoder, or a registered model's weights where `model` names one.

    Either can `decode` codes and, but for some models, `encode` images.

    Raises:
        InputError: the model is not registered, or the file is missing, corrupt or of another kind.
    """
    if model is None:
        return Autoencoder.load(path, device)
    settings = resolve_part(IMAGE_MODELS, model, "settings:Settings", "model of images")
    kind = resolve_part(IMAGE_MODELS, model, "model:Model", "model of images")
    loaded: ImageModel = kind.load(path, settings, device)
    return loaded
