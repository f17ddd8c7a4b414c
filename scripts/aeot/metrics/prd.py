"""Precision and recall of a distribution, PRD (Sajjadi et al. 2018, arXiv 1806.00035).

Both sets are clustered together; P is the histogram of the real rows over the clusters and Q that
of the fake ones. The curve, lambda = tan(angle), is the paper's Eqs. 4 and 5:

    precision(lambda) = sum_w min(lambda P(w), Q(w))
    recall(lambda)    = sum_w min(P(w), Q(w) / lambda)

F8 weighs recall and F1/8 precision: each is the largest F_beta along the averaged curve.
"""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from pydantic import Field

from aeot.errors import InputError
from aeot.files import Array
from aeot.metrics.base import Metric, Row, Score, check_pair, content_order, row
from aeot.seeding import numpy_generator, stream_seed

if TYPE_CHECKING:
    import torch

BETA = 8.0
END = 1e-10  # distance of the angles from 0 and pi / 2, where lambda is 0 or infinite
BATCH = 1024  # rows of a k-means step; pinned, because scikit-learn's default has changed


class Curve(NamedTuple):
    """A PRD curve, each (angles,); recall falls from left to right and precision rises."""

    angle: Array
    precision: Array
    recall: Array


class Prd(Metric):
    """Precision and recall of distributions; the defaults are the paper's."""

    CURVE: ClassVar[list[str]] = ["angle", "precision", "recall"]

    clusters: int = Field(20, ge=2, le=1000, description="number of k-means clusters")
    runs: int = Field(10, ge=1, le=1000, description="number of clusterings that are averaged")
    angles: int = Field(1001, ge=3, le=100001, description="number of points of the curve")

    def shortage(self, images: int) -> tuple[str, str] | None:
        """See `Metric`."""
        text = (
            f"{self.clusters} clusters need as many images in two sets: lower it to {2 * images}, "
            "or give more images (for a folder, more pictures or a larger test_fraction)"
        )
        return ("clusters", text) if 2 * images < self.clusters else None

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Rows `f8` (recall weighs more) and `f1_8` (precision weighs more), and the curve.

        A random subset of the larger set is used; the rows state the size of the smaller one.
        """
        curve, n = self.curve(sets["real"], sets["fake"], seed)
        points = zip(*(column.tolist() for column in curve), strict=True)
        drawn = [dict(zip(self.CURVE, point, strict=True)) for point in points]
        return Score(curve_rows(curve, n), drawn)

    def curve(self, real: Array, fake: Array, seed: int = 0) -> tuple[Curve, int]:
        """Average the PRD curve over seeded clusterings.

        The clustering needs sets of equal size: a random subset of the larger one is used. The rows
        are first sorted by their contents, so that the curve depends only on the two sets, and
        exchanging them exchanges precision and recall.

        Args:
            real: (n, k) features.
            fake: (m, k) features.
            seed: the seed of the cut and of the clusterings.

        Returns:
            The curve, and the number of rows of each set that it used: min(n, m).

        Raises:
            InputError: k differs, there are fewer rows than clusters, or a number is not finite.
        """
        check_pair(real, fake, least=1)
        n = min(len(real), len(fake))
        if 2 * n < self.clusters:
            raise InputError(
                f"PRD with {self.clusters} clusters needs at least {self.clusters} rows in "
                f"two equal sets, not {2 * n}; give more images or lower the setting 'clusters'."
            )
        union = np.concatenate([_cut(real, n, seed), _cut(fake, n, seed)])
        order = content_order(union)
        union, is_real = union[order], order < n
        angle = np.linspace(END, np.pi / 2 - END, self.angles)
        curves = []
        for run in range(self.runs):
            labels = _clusters(union, self.clusters, stream_seed(seed, "prd", run))
            p = np.bincount(labels[is_real], minlength=self.clusters) / n
            q = np.bincount(labels[~is_real], minlength=self.clusters) / n
            curves.append(histogram_curve(p, q, np.tan(angle)))
        precision, recall = np.mean(curves, axis=0)
        return Curve(angle, precision, recall), n


def histogram_curve(p: Array, q: Array, slopes: Array) -> tuple[Array, Array]:
    """PRD curve of two histograms (Eqs. 4 and 5).

    Args:
        p: (w,) masses of the real distribution.
        q: (w,) masses of the fake distribution.
        slopes: (a,) values of lambda, positive.

    Returns:
        precision (a,) and recall (a,), both in [0, 1].
    """
    precision = np.minimum(slopes[:, None] * p, q).sum(1)
    return np.clip(precision, 0, 1), np.clip(precision / slopes, 0, 1)


def f_beta(precision: Array, recall: Array, beta: float) -> float:
    """Return the largest F_beta = (1 + b^2) p r / (b^2 p + r) along a curve; 0 where p = r = 0."""
    weighted = beta**2 * precision + recall
    product = (1 + beta**2) * precision * recall
    return float(np.divide(product, weighted, np.zeros_like(weighted), where=weighted > 0).max())


def curve_rows(curve: Curve, n: int) -> list[Row]:
    """Tidy rows `f8` (recall weighs more) and `f1_8` (precision weighs more)."""
    scores = {"f8": BETA, "f1_8": 1 / BETA}
    return [
        row(metric, f_beta(curve.precision, curve.recall, beta), n, n)
        for metric, beta in scores.items()
    ]


def _cut(x: Array, n: int, seed: int) -> Array:
    """Draw n rows without replacement; all of them if there are no more."""
    if len(x) == n:
        return x
    return x[content_order(x)[numpy_generator(seed, "prd", "cut").choice(len(x), n, replace=False)]]


def _clusters(x: Array, clusters: int, seed: int) -> Array:
    """Cluster labels of the rows, (n,); fewer distinct rows leave clusters empty.

    One thread is used: k-means steps are too short for OpenMP, which makes them ten times slower on
    a shared machine, and the sums must not depend on the number of threads.
    """
    from sklearn.cluster import MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    means = MiniBatchKMeans(
        clusters,
        init="k-means++",
        n_init=10,
        batch_size=BATCH,
        max_iter=100,
        random_state=seed % 2**32,
    )
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # duplicates: explained above
        return np.asarray(means.fit(x).labels_)
