"""Fréchet distance between two sets of features (Heusel et al. 2017, arXiv 1706.08500, Eq. 6).

    d^2 = |mu - nu|^2 + tr S + tr T - 2 tr (S T)^(1/2)

with means mu, nu and covariances S, T (divisor n - 1). With S = A A^T and T = B B^T the last
trace is the nuclear norm (the sum of the singular values) of A^T B. This form needs no square root
of a matrix: it is real, exact if there are fewer rows than columns, and not affected by the square
roots of the rounding errors of eigenvalues of S T that are zero.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy import linalg

from aeot.files import Array
from aeot.metrics.base import Metric, Score, check_pair, rows_of

if TYPE_CHECKING:
    import torch

BLOCK = 4096  # rows centred at a time, so that a large set is never copied whole


def frechet_distance(real: Array, fake: Array) -> float:
    """Squared Fréchet distance between Gaussians fitted to two sets of features.

    It is computed in float64 and never negative. It is biased upwards for small sets: compare only
    values of equal n.

    Args:
        real: (n, k) features, n >= 2.
        fake: (m, k) features, m >= 2.

    Raises:
        InputError: k differs, a set has a single row, or a number is not finite.
    """
    check_pair(real, fake, least=2)
    shift = real.mean(0, dtype=np.float64) - fake.mean(0, dtype=np.float64)
    a, b = covariance_root(real), covariance_root(fake)
    cross = linalg.svdvals(a.T @ b).sum() if a.size and b.size else 0.0
    # By the Cauchy-Schwarz inequality only rounding can bring this below zero.
    return max(0.0, float(shift @ shift + (a * a).sum() + (b * b).sum() - 2 * cross))


def covariance_root(x: Array) -> Array:
    """Matrix A of shape (k, r) with A A^T = the covariance of the rows of x (divisor n - 1).

    For up to k rows, A consists of the centred rows themselves; for more rows, of scaled
    eigenvectors of the covariance, without those whose eigenvalue is zero up to rounding: their
    square roots would be noise of 1e-8.

    Args:
        x: (n, k), n >= 2.
    """
    n, k = x.shape
    mean = x.mean(0, dtype=np.float64)
    if n <= k:
        return (x - mean).T / np.sqrt(n - 1)
    covariance = np.zeros((k, k))
    for start in range(0, n, BLOCK):
        centred = x[start : start + BLOCK] - mean
        covariance += centred.T @ centred
    values, vectors = linalg.eigh(covariance / (n - 1))
    kept = values > k * np.finfo(np.float64).eps * max(values[-1], 0.0)
    return vectors[:, kept] * np.sqrt(values[kept])


class Fid(Metric):
    """The Fréchet distance between all rows; on Inception's features, the FID of the literature."""

    LEAST: ClassVar[int] = 2

    def score(
        self, sets: Mapping[str, Array], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Row `frechet_distance`; see `Metric.score`."""
        real, fake = sets["real"], sets["fake"]
        values = {"frechet_distance": frechet_distance(real, fake)}
        return Score(rows_of(values, len(real), len(fake)))


def diagonal_distance(a: Array, b: Array) -> float:
    """Squared Fréchet distance of Gaussians with the means and variances of columns (n, k).

    Heusel et al. 2017, arXiv 1706.08500, Eq. 6, with diagonal covariances.
    """
    a, b = a.astype(np.float64), b.astype(np.float64)
    shift = a.mean(axis=0) - b.mean(axis=0)
    spread = a.std(axis=0, ddof=1) - b.std(axis=0, ddof=1)
    return float(shift @ shift + spread @ spread)
