"""From a transport map and an autoencoder to images."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.errors import InputError
from aeot.files import load_images
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.model import Autoencoder
from aeot.transport.map import TransportMap

log = logging.getLogger("aeot")

Images = NDArray[np.uint8]
Codes = NDArray[np.float32]
Result = tuple[Images, Codes, dict[str, Any]]


def sample(
    autoencoder: Autoencoder,
    transport_path: str | Path,
    settings: SamplingSettings,
    seed: int,
    device: torch.device,
) -> Result:
    """Draw images through the transport and the decoder.

    Args:
        autoencoder: the one whose codes were transported, on `device`.
        transport_path: the `.npz` of the transport.
        settings: variant `extended` or `vertex`, and its knobs.
        seed: makes the draws.
        device: where planes and decoder are evaluated.

    Returns:
        Images, uint8 (count, c, h, w); their codes, float32 (count, d); and a report of the draw:
        `drawn`, `rejected`, `rejected_share`, `threshold` in radians, `distinct_cells`.

    Raises:
        InputError: the transport is unreadable, its codes are not the autoencoder's, or next to
            every draw is rejected.
    """
    transport = TransportMap.load(transport_path)
    wanted, found = autoencoder.settings.codes, transport.support.shape[1]
    if wanted != found:
        raise InputError(
            f"{transport_path} maps to codes of dimension {found}; the autoencoder decodes "
            f"{wanted}: take the transport that was solved on this autoencoder's codes."
        )
    drawn = draw_codes(transport, settings, seed, device)
    images = autoencoder.decode(torch.from_numpy(drawn.codes).to(device)).cpu().numpy()
    report = {
        "drawn": drawn.drawn,
        "rejected": drawn.rejected,
        "rejected_share": drawn.rejected / drawn.drawn,
        "threshold": drawn.threshold,
        "distinct_cells": len(np.unique(drawn.cells)),
    }
    log.info("drew %d codes, rejected %d draws", len(images), drawn.rejected)
    return images, drawn.codes, report


def reconstruct(autoencoder: Autoencoder, path: str | Path, device: torch.device) -> Result:
    """Encode and decode images, in order: the ceiling of every sampler on these codes.

    Args:
        autoencoder: on `device`.
        path: the `.npz` of n images.
        device: where the networks are evaluated.

    Returns:
        Images, uint8 (n, c, h, w); their codes, float32 (n, d); and a report in which nothing was
        drawn.

    Raises:
        InputError: the images are unreadable or of another shape.
    """
    images = load_images(path, autoencoder.shape)
    codes = autoencoder.encode(torch.from_numpy(images).to(device))
    return autoencoder.decode(codes).cpu().numpy(), codes.cpu().numpy(), {"drawn": 0, "rejected": 0}
