"""Are decoded midpoints of codes as near to the data as reconstructions are?

GAIA (Sainburg et al. 2018, arXiv 1807.06650) trains for codes whose mixtures decode to data. The
score is ours: distances between features, to the nearest test image.
"""

import numpy as np
from pydantic import Field, PositiveInt

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.pairs import Row, row
from aeot.settings import Settings

POINTS = 3  # of a walk: two reconstructions and the midpoint between them
_TILE = 256


class ConvexitySettings(Settings):
    """How many midpoints are looked at."""

    pairs: PositiveInt = Field(250, description="pairs of test images; at most half of them")


def convexity_rows(real: Array, walked: Array) -> list[Row]:
    """Compare midpoints and reconstructions by their distance to the nearest test image.

    The two images of a pair do not count as neighbours of what is made from them: a midpoint that
    merely repeats one of them is judged as a reconstruction is.

    Args:
        real: (n, k) features of test images; pair p is of the rows 2 p and 2 p + 1.
        walked: (P, 3, k) features of reconstruction, midpoint, reconstruction.

    Returns:
        Rows `convexity`, the median distance of reconstructions over that of midpoints (1: these
        are as near), `midpoint_distance` and `reconstruction_distance`.

    Raises:
        InputError: there is no test image besides a pair, or fewer than 2 P.
    """
    pairs = len(walked)
    if len(real) < max(3, 2 * pairs):
        raise InputError(
            f"{len(real)} test images are too few for {pairs} pairs; lower convexity.pairs."
        )
    distances = np.stack([nearest_other(real, walked[:, k]) for k in range(POINTS)], axis=1)
    midpoint = float(np.median(distances[:, 1]))
    ends = float(np.median(distances[:, [0, 2]]))
    values = {
        "convexity": ends / midpoint if midpoint else 1.0,
        "midpoint_distance": midpoint,
        "reconstruction_distance": ends,
    }
    return [row(name, value, len(real), pairs) for name, value in values.items()]


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
