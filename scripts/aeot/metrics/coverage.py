"""Density and coverage (Naeem, Oh, Uh, Choi, Yoo, ICML 2020).

With B(x) the ball about a test image's features x whose radius is the distance to its k-th nearest
other test image, over N test images x and M samples y:

    density  = sum over x and y of [y in B(x)] / (k M)
    coverage = share of the x whose B(x) has a sample in it

Density measures fidelity and may exceed 1 if samples are concentrated near test images; coverage
measures diversity. Both are ideally 1, up to chance: two draws from the same distribution have an
expected density of 1, and
an expected coverage of 1 - (N - 1) ... (N - k) / ((M + N - 1) ... (M + N - k)).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.spatial.distance import cdist

from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, check_pair, rows_of

if TYPE_CHECKING:
    import torch

NEIGHBOURS = 5  # k, as in the paper's experiments
_TILE = 512


class Coverage(Metric):
    """Density and coverage of samples among test images."""

    LEAST: ClassVar[int] = NEIGHBOURS + 1
    SHOWN: ClassVar[dict[str, Column]] = {
        "density": Column(
            "Density",
            "Density: the number of balls around test images in which a sample lies, each just "
            f"large enough to contain the {NEIGHBOURS} nearest other test images, divided by "
            f"{NEIGHBOURS}; 1 if samples are distributed like test images.",
        ),
        "coverage": Column("Coverage", "Coverage: share of these balls that contain a sample."),
    }

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Rows `density` and `coverage`; needs at least `NEIGHBOURS` + 1 rows of each set."""
        real, fake = sets["real"], sets["fake"]
        check_pair(real, fake, self.LEAST)
        density, coverage = density_and_coverage(real, fake, NEIGHBOURS)
        return Score(rows_of({"density": density, "coverage": coverage}, len(real), len(fake)))


def density_and_coverage(real: Array, fake: Array, k: int) -> tuple[float, float]:
    """Density and coverage with balls that reach the k-th nearest other row.

    Args:
        real: (N, d) features of test images, N > k.
        fake: (M, d) features of samples.
        k: neighbours.
    """
    real, fake = real.astype(np.float64), fake.astype(np.float64)
    inside, covered = 0, 0
    for start in range(0, len(real), _TILE):
        part = real[start : start + _TILE]
        radius = np.partition(cdist(part, real), k, axis=1)[:, k]  # place 0 is the row itself
        within = cdist(part, fake) < radius[:, None]
        inside += int(within.sum())
        covered += int(within.any(axis=1).sum())
    return inside / (k * len(fake)), covered / len(real)
