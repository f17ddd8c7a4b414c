"""Sharpness: the variance of an image's Laplacian (Tolstikhin et al. 2018, arXiv 1711.01558)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, rows_of

if TYPE_CHECKING:
    import torch

_CHUNK = 1000
_LUMA = (0.2989, 0.5870, 0.1140)  # of red, green, blue: ITU-R BT.601, as TensorFlow rounds it


def sharpness(images: Array) -> Array:
    """Variance over the inner pixels of the four-neighbour Laplacian of every image.

    Args:
        images: uint8 (n, c, h, w), at least 3 x 3, scaled to [0, 1]. Three channels are red, green
            and blue and are converted to luma; any other number of channels is averaged.

    Returns:
        (n,) float64; the paper prints the mean over images.

    Raises:
        InputError: the images are smaller than 3 x 3.
    """
    if min(images.shape[2:]) < 3:
        raise InputError("images of fewer than 3 x 3 pixels have no Laplacian.")
    parts = []
    for start in range(0, len(images), _CHUNK):
        grey = _grey(images[start : start + _CHUNK]) / 255
        around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
        parts.append((around - 4 * grey[:, 1:-1, 1:-1]).var(axis=(1, 2)))
    return np.concatenate(parts)


def _grey(images: Array) -> Array:
    if images.shape[1] != len(_LUMA):
        return images.mean(axis=1)
    return np.tensordot(images, _LUMA, axes=(1, 0))


class Sharpness(Metric):
    """The mean sharpness of images; nothing is compared, so both counts are their number."""

    NEEDS: ClassVar[tuple[str, ...]] = ("images",)
    SHOWN: ClassVar[dict[str, Column]] = {
        "sharpness": Column(
            "Sharpness × 1000",
            "Sharpness: the variance of an image's Laplacian, mean over the images, times 1000; "
            "the floor shows the value of real images. Noise is sharp, too.",
            factor=1000.0,
            digits=1,
        )
    }

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Row `sharpness`; see `Metric.score`."""
        images = sets["images"]
        return Score(rows_of({"sharpness": sharpness(images).mean()}, len(images), len(images)))
