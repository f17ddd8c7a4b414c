"""Copying of training images: distances between features to the nearest training image.

Authenticity is that of Alaa et al. 2022 (arXiv 2102.08921), test recall that of Kynkäänniemi et al.
2019 (arXiv 1904.06991, equation 1).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, check_pair, rows_of

if TYPE_CHECKING:
    import torch

    from aeot.metrics.training_images import TrainingImages

NEIGHBOURS = 3  # of the manifold of samples, as in Kynkäänniemi et al.
_TILE = 512


class Copying(Metric):
    """The distances of samples and test images to the training images."""

    NEEDS: ClassVar[tuple[str, ...]] = ("train", "real", "fake")
    GPU: ClassVar[bool] = True
    LEAST: ClassVar[int] = NEIGHBOURS + 1
    SHOWN: ClassVar[dict[str, Column]] = {
        "novelty": Column(
            "Novelty",
            "Novelty: the median distance of samples to the nearest training image, divided by "
            "that of test images: 0 means copies, 1 as new as test images. A low distance at a "
            "low novelty is copying, not generation.",
        ),
        "authenticity": Column(
            "Authenticity",
            "Authenticity: share of samples farther from their nearest training image than "
            "that one is from the other training images.",
        ),
        "test_recall": Column(
            "Test recall",
            "Test recall: share of test images within the distance of a sample to its third "
            "nearest sample.",
        ),
    }

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Compare; needs at least two training images and `NEIGHBOURS` + 1 samples.

        Returns:
            Rows of four scores. `novelty`: the median distance of samples to the nearest training
            image over that of test images (0: copies, 1: as new as test images). `authenticity`:
            share of samples farther from their nearest training image than that one is from the
            other training images; `authenticity_test`: the same of test images. `test_recall`:
            share of test images within the distance of a sample to its third nearest sample.

        Raises:
            InputError: the sets do not match or are too small, or test images repeat training
                images.
        """
        from aeot.metrics.training_images import TrainingImages

        train, real, fake = sets["train"], sets["real"], sets["fake"]
        check_pair(train, real, 2)
        check_pair(train, fake, self.LEAST)
        known = TrainingImages(train, device)
        far, near = known.nearest(real), known.nearest(fake)
        if not np.median(far[0]):
            raise InputError("half of the test images are training images; split the data again.")
        values = {
            "novelty": float(np.median(near[0]) / np.median(far[0])),
            "authenticity": authentic(known, *near).mean(),
            "authenticity_test": authentic(known, *far).mean(),
            "test_recall": covered(real, fake).mean(),
        }
        return Score(rows_of(values, len(real), len(fake)))


def authentic(known: "TrainingImages", distance: Array, place: Array) -> Array:
    """Whether points are farther from their nearest training row than others of it: (n,).

    Args:
        known: the training images.
        distance: (n,) of each point to its nearest row, of `TrainingImages.nearest`.
        place: (n,) that row's number.
    """
    rows, back = np.unique(place, return_inverse=True)
    return distance > known.apart(rows)[back]


def covered(real: Array, fake: Array) -> Array:
    """Whether rows of real (m, k) lie within the neighbourhood of any row of fake (n, k): (m,)."""
    real, fake = real.astype(np.float64), fake.astype(np.float64)
    radii = np.concatenate(
        [np.partition(_distances(part, fake), NEIGHBOURS, axis=1)[:, NEIGHBOURS]
         for part in _tiles(fake)]
    )  # fmt: skip
    return np.concatenate([(_distances(part, fake) <= radii).any(axis=1) for part in _tiles(real)])


def _tiles(points: Array) -> list[Array]:
    return [points[start : start + _TILE] for start in range(0, len(points), _TILE)]


def _distances(a: Array, b: Array) -> Array:
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    # The distance to an equal row is zero up to rounding.
    noise = 1e-12 * ((a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1))
    return np.sqrt(np.where(squares > noise, squares, 0))
