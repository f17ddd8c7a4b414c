"""Convexity: are decoded midpoints of codes as near to the data as reconstructions are?

GAIA (Sainburg et al. 2018, arXiv 1807.06650) is trained so that mixtures of codes decode to data.
The score is ours: it compares distances between features to the nearest test image.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field, PositiveInt

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, rows_of

if TYPE_CHECKING:
    import torch

POINTS = 3  # of an interpolation: two reconstructions and the midpoint between them
_TILE = 256


class Convexity(Metric):
    """Whether decoded midpoints of codes are as near to test images as reconstructions are."""

    NEEDS: ClassVar[tuple[str, ...]] = ("real", "midpoints")
    SHOWN: ClassVar[dict[str, Column]] = {
        "convexity": Column(
            "Convexity",
            "Convexity: the median distance of reconstructed test images to the nearest other "
            "test image, divided by that of decoded midpoints between two of them; 1 if "
            "midpoints are as near.",
        )
    }

    pairs: PositiveInt = Field(
        250, description="number of pairs of test images; at most half of them"
    )

    def shortage(self, images: int) -> tuple[str, str] | None:
        """See `Metric`."""
        text = f"{self.pairs} pairs need {2 * self.pairs} scored test images: at most {images // 2}"
        return ("pairs", text) if 2 * self.pairs > images else None

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Compare midpoints and reconstructions by their distance to the nearest test image.

        The two images of a pair do not count as neighbours of their midpoint and reconstructions,
        so a midpoint that merely repeats one of them is scored like a reconstruction.

        Args:
            sets: `real` features (n, k) of test images; pair p is of the rows 2 p and 2 p + 1.
                `midpoints` features (5 P, k): of each pair a test image, its reconstruction, the
                decoded midpoint, and reconstruction and image of the other.
            seed: nothing is drawn.
            device: not used.

        Returns:
            Rows `convexity`, the median distance of reconstructions over that of midpoints (1:
            these are as near), `midpoint_distance` and `reconstruction_distance`.

        Raises:
            InputError: there is no test image besides a pair, there are fewer than 2 P, or the
                features are not those of interpolations.
        """
        real, made = sets["real"], sets["midpoints"]
        if len(made) % (POINTS + 2):
            raise InputError(f"{len(made)} features do not form pairs; interpolate again.")
        decoded = made.reshape(-1, POINTS + 2, made.shape[1])[: self.pairs, 1:-1]
        pairs = len(decoded)
        if len(real) < max(3, 2 * pairs):
            raise InputError(
                f"{len(real)} test images are too few for {pairs} pairs; lower convexity.pairs."
            )
        distances = np.stack([nearest_other(real, decoded[:, k]) for k in range(POINTS)], axis=1)
        midpoint = float(np.median(distances[:, 1]))
        ends = float(np.median(distances[:, [0, 2]]))
        values = {
            "convexity": ends / midpoint if midpoint else 1.0,
            "midpoint_distance": midpoint,
            "reconstruction_distance": ends,
        }
        return Score(rows_of(values, len(real), pairs))


def nearest_other(real: Array, made: Array) -> Array:
    """Distance (P,) of every row of made (P, k) to the nearest row of real but 2 p and 2 p + 1."""
    real, made = real.astype(np.float64), made.astype(np.float64)
    squares = (real**2).sum(axis=1)
    nearest = []
    for start in range(0, len(made), _TILE):
        part = made[start : start + _TILE]
        to = (part**2).sum(axis=1)[:, None] + squares - 2 * part @ real.T
        rows = np.arange(len(part))
        for own in (0, 1):
            to[rows, 2 * (start + rows) + own] = np.inf
        nearest.append(np.sqrt(np.maximum(to.min(axis=1), 0)))
    return np.concatenate(nearest)
