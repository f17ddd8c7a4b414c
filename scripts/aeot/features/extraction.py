"""Run an extractor over images, batch after batch."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from aeot.errors import InputError
from aeot.features.settings import ExtractorSettings
from aeot.files import Array

if TYPE_CHECKING:
    import torch

log = logging.getLogger("aeot")

REPORT_SECONDS = 10.0


def extract(extractor: ExtractorSettings, images: Array, device: "torch.device") -> Array:
    """Compute the features of images; grey ones are repeated in three channels.

    Every image is processed separately (the network is in evaluation mode), so the batch size
    changes the result only by rounding.

    Args:
        extractor: an entry of `EXTRACTORS`, with its settings.
        images: (n, 1 or 3, h, w) uint8.
        device: where the network runs.

    Returns:
        (n, k) float32 features, in the order of the images.

    Raises:
        InputError: the images have neither one nor three channels, or a feature is not finite.
    """
    if images.shape[1] not in (1, 3):
        raise InputError(f"images must have 1 or 3 channels to be scored, not {images.shape[1]}.")
    return extract_by(extractor.network(device), images, extractor.batch_size, device)


def extract_by(
    network: "Callable[[torch.Tensor], torch.Tensor]",
    images: Array,
    batch_size: int,
    device: "torch.device",
) -> Array:
    """Compute features like `extract`, with a network that is already loaded."""
    import torch

    rows = []
    # TensorFloat-32 would round the features of a GPU to three digits.
    exact = torch.backends.cudnn.flags(benchmark=False, deterministic=True, allow_tf32=False)
    with torch.inference_mode(), exact:
        for batch in _batches(images, batch_size):
            x = torch.from_numpy(np.ascontiguousarray(batch)).to(device)
            rows.append(network(x.expand(-1, 3, -1, -1)).float().cpu().numpy())
    features = np.concatenate(rows)
    if not np.isfinite(features).all():
        raise InputError("a feature is not finite; check the weights and the device.")
    return features


def _batches(images: Array, size: int) -> Iterator[Array]:
    """Yield slices of at most `size` images; log the progress and the remaining time."""
    start = reported = time.monotonic()
    for done in range(0, len(images), size):
        now = time.monotonic()
        if done and now - reported >= REPORT_SECONDS:
            reported = now
            left = (now - start) / done * (len(images) - done)
            log.info("features: %d of %d images, about %.0f s left", done, len(images), left)
        yield images[done : done + size]
    log.info("features: %d images in %.1f s", len(images), time.monotonic() - start)
