"""Precision on a known manifold (Lucic et al. 2018, arXiv 1711.10337).

The share of samples that are nearer than delta to an image that the data set can draw, by the
Euclidean distance of pixels in [0, 1]. The study mainly uses delta = 0.75; its code was not
released, so the whole curve P(delta) is computed.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt

from aeot.datasets.manifold import Manifold
from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, rows_of
from aeot.metrics.manifold import REFERENCES, STARTS, project

if TYPE_CHECKING:
    import torch

DELTA = 0.75


class ManifoldMetric(Metric):
    """The settings that the metrics on a known manifold share."""

    delta: PositiveFloat = Field(
        DELTA, description="distance from which an image is too far, in units of a pixel's range"
    )
    largest: PositiveFloat = Field(3.0, description="end of the curve over delta")
    points: PositiveInt = Field(
        121, ge=2, description="number of points of the curve, the first at 0"
    )
    references: PositiveInt = Field(
        REFERENCES,
        description="number of images of the manifold from which the fits of a sample start",
    )
    starts: PositiveInt = Field(
        STARTS, description="number of fits per sample, from its nearest references"
    )

    def deltas(self) -> Array:
        """Return the distances (points,) of the curve."""
        return np.linspace(0, self.largest, self.points)

    def distances(self, images: Array, manifold: Manifold, seed: int) -> Array:
        """Distance (n,) of images, uint8 (n, c, h, w), to the manifold.

        Raises:
            InputError: the images of the manifold have another shape.
        """
        if images.shape[1:] != manifold.shape:
            raise InputError(
                f"the samples have shape {images.shape[1:]} and the manifold's images "
                f"{manifold.shape}; name the settings of the samples' data set."
            )
        pixels = images.reshape(len(images), -1) / 255
        return project(pixels, manifold, self.references, self.starts, seed).distance


class Precision(ManifoldMetric):
    """Precision on a known manifold: the share of samples near an image that could be drawn."""

    NEEDS: ClassVar[tuple[str, ...]] = ("images", "manifold")
    CURVE: ClassVar[list[str]] = ["delta", "precision"]
    SHOWN: ClassVar[dict[str, Column]] = {
        "manifold_precision": Column(
            "Precision (manifold)",
            "Precision (manifold): share of samples whose distance to the known manifold of the "
            "data is below delta (Lucic et al. 2018; metric_settings.precision.delta).",
            digits=3,
        )
    }

    def score(
        self, sets: Mapping[str, Any], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Find the distance of every sample to the manifold.

        Args:
            sets: `images` uint8 (n, c, h, w), and `manifold`, a `Manifold` of such images.
            seed: draws the references.
            device: not used.

        Returns:
            Rows `manifold_precision`, and `manifold_distance`, the median; the curve over delta.
        """
        images = sets["images"]
        distances = self.distances(images, sets["manifold"], seed)
        values = {
            "manifold_precision": (distances < self.delta).mean(),
            "manifold_distance": np.median(distances),
        }
        deltas = self.deltas()
        curve = [
            {"delta": delta, "precision": share}
            for delta, share in zip(deltas.tolist(), shares(distances, deltas), strict=True)
        ]
        return Score(rows_of(values, len(images), len(images)), curve)


def shares(distances: Array, deltas: Array | list[float]) -> list[float]:
    """Share of distances (n,) below each of deltas (m,)."""
    below = np.searchsorted(np.sort(distances), deltas, side="left")
    return [float(count) for count in below / len(distances)]
