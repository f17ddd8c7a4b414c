"""Fréchet distance extrapolated to infinitely many images (Chong, Forsyth, CVPR 2020).

The distance of finite sets has an upward bias that is about inversely proportional to their size
(arXiv 1911.07023, section 3). A line through the distances of parts of the sets, against the
reciprocal of their share, has the distance without that bias as its intercept. The paper shrinks
only the generated set, from 50,000 to 5,000; here both sets are as small as the test set, so both
are shrunk.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from aeot.files import Array
from aeot.metrics.base import Column, Metric, Score, check_pair, content_order, rows_of
from aeot.metrics.fid import frechet_distance
from aeot.seeding import numpy_generator

if TYPE_CHECKING:
    import torch


class FidInfinity(Metric):
    """The Fréchet distance without its bias in small sets."""

    LEAST: ClassVar[int] = 4
    SHOWN: ClassVar[dict[str, Column]] = {
        "frechet_distance_infinity": Column(
            "FD, n → ∞",
            "FD, n → ∞: the Fréchet distance extrapolated in 1/n. Where there are fewer images "
            "than features, a part of the bias stays.",
        ),
    }

    points: int = Field(15, ge=2, description="sizes that the distance is computed at")
    smallest: float = Field(
        0.5, gt=0, lt=1, description="share of the images that the smallest of them has"
    )

    def shortage(self, images: int) -> tuple[str, str] | None:
        """See `Metric`: the smallest parts need two images."""
        if self.smallest * images >= 2:
            return super().shortage(images)
        return "smallest", f"parts of it need 2 scored images at least; {images} are too few"

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Row `frechet_distance_infinity`, which can be negative by chance; see `Metric`."""
        real, fake = sets["real"], sets["fake"]
        check_pair(real, fake, max(self.LEAST, int(np.ceil(2 / self.smallest))))
        value = extrapolated_distance(real, fake, self.points, self.smallest, seed)
        return Score(rows_of({"frechet_distance_infinity": value}, len(real), len(fake)))


def extrapolated_distance(
    real: Array, fake: Array, points: int, smallest: float, seed: int
) -> float:
    """Intercept of the least-squares line through Fréchet distances of parts of two sets.

    Args:
        real: (n, k) features.
        fake: (m, k) features.
        points: number of parts; their shares are evenly spaced from `smallest` to 1.
        smallest: share of both sets that the smallest part has.
        seed: determines the rows of the parts, independently of the order of the rows.
    """
    random = numpy_generator(seed, "fidinf")
    shares = np.linspace(smallest, 1, points)
    ordered = [x[content_order(x)] for x in (real, fake)]
    values = [
        frechet_distance(*(x[random.permutation(len(x))[: round(s * len(x))]] for x in ordered))
        for s in shares
    ]
    return float(np.polyfit(1 / shares, values, 1)[1])
