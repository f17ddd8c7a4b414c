"""Kernel distance: the squared maximum mean discrepancy (Binkowski et al. 2018, arXiv 1801.01401).

    MMD^2 = E k(x, x') + E k(y, y') - 2 E k(x, y),    k(a, b) = (<a, b> / d + 1)^3

estimated without bias over ALL pairs of distinct rows (a U-statistic; Gretton et al. 2012, Eq. 3)
instead of random subsets. The expectation is the same, the variance is the smallest, and no seed is
needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from aeot.files import Array
from aeot.metrics.base import Metric, Score, check_pair, rows_of

if TYPE_CHECKING:
    import torch

TILE = 2048  # rows on each side of a kernel tile: 32 MiB in float64


@dataclass(frozen=True)
class KernelSums:
    """Row sums of the three kernel matrices, for the estimate and its jackknife error.

    Attributes:
        real: (n,) sums of k(x_i, x_j) over j != i.
        fake: (m,) sums of k(y_i, y_j) over j != i.
        real_cross: (n,) sums of k(x_i, y_j) over j.
        fake_cross: (m,) sums of k(x_j, y_i) over j.
    """

    real: Array
    fake: Array
    real_cross: Array
    fake_cross: Array


def kernel_distance(sums: KernelSums) -> float:
    """Unbiased MMD^2; it can be negative when the two distributions are close."""
    n, m = len(sums.real), len(sums.fake)
    within = sums.real.sum() / (n * (n - 1)) + sums.fake.sum() / (m * (m - 1))
    return float(within - 2 * sums.real_cross.sum() / (n * m))


def jackknife_error(sums: KernelSums) -> float:
    """Delete-one jackknife standard error of `kernel_distance`, over both sets.

    It is conservative: its square is biased upwards (Efron & Stein 1981, Theorem 2), particularly
    if the two distributions are equal. Each set needs at least three rows.
    """
    real = _replicates(sums.real, sums.real_cross, sums.fake.sum(), len(sums.fake))
    fake = _replicates(sums.fake, sums.fake_cross, sums.real.sum(), len(sums.real))
    return float(np.sqrt(sum((len(r) - 1) * r.var() for r in (real, fake))))


def _replicates(own: Array, cross: Array, other: float, m: int) -> Array:
    """Estimates with each row of one set left out, (n,); `other` and `m` are the second set's."""
    n = len(own)
    within = (own.sum() - 2 * own) / ((n - 1) * (n - 2)) + other / (m * (m - 1))
    return within - 2 * (cross.sum() - cross) / ((n - 1) * m)


def kernel_sums(real: Array, fake: Array) -> KernelSums:
    """Sum the kernel over all pairs, in float64, one tile at a time.

    Args:
        real: (n, k) features.
        fake: (m, k) features.
    """
    real_cross, fake_cross = _cross_sums(real, fake)
    return KernelSums(_within_sums(real), _within_sums(fake), real_cross, fake_cross)


def _kernel(a: Array, b: Array) -> Array:
    k = a.astype(np.float64) @ b.astype(np.float64).T / a.shape[1] + 1
    return k * k * k


def _starts(x: Array) -> range:
    return range(0, len(x), TILE)


def _within_sums(x: Array) -> Array:
    """Row sums of the kernel matrix of one set without the diagonal; each tile is computed once."""
    sums = np.zeros(len(x))
    for i in _starts(x):
        for j in range(i, len(x), TILE):
            k = _kernel(x[i : i + TILE], x[j : j + TILE])
            if i == j:
                np.fill_diagonal(k, 0.0)
            else:
                sums[j : j + TILE] += k.sum(0)
            sums[i : i + TILE] += k.sum(1)
    return sums


def _cross_sums(x: Array, y: Array) -> tuple[Array, Array]:
    """Row and column sums of the kernel matrix between two sets."""
    rows, columns = np.zeros(len(x)), np.zeros(len(y))
    for i in _starts(x):
        for j in _starts(y):
            k = _kernel(x[i : i + TILE], y[j : j + TILE])
            rows[i : i + TILE] += k.sum(1)
            columns[j : j + TILE] += k.sum(0)
    return rows, columns


class Kid(Metric):
    """The kernel distance over all pairs of rows; on Inception's features, the KID."""

    LEAST: ClassVar[int] = 3

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Rows `kernel_distance` and `kernel_distance_se`, its standard error; needs 3 rows."""
        real, fake = sets["real"], sets["fake"]
        check_pair(real, fake, self.LEAST)
        sums = kernel_sums(real, fake)
        values = {
            "kernel_distance": kernel_distance(sums),
            "kernel_distance_se": jackknife_error(sums),
        }
        return Score(rows_of(values, len(real), len(fake)))
