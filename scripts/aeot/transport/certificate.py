"""How good is the transport? The mass error on samples that the solver never saw."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class MassError:
    """Mean relative mass error, sum_i nu_i |w_i / nu_i - 1| = sum_i |w_i - nu_i|.

    Attributes:
        value: point estimate, without the Monte-Carlo noise of the sample.
        low: lower confidence bound.
        high: upper confidence bound: that of the root mean square relative error
            sqrt(sum_i nu_i (w_i / nu_i - 1)^2), which is never smaller (Jensen).
        rms: point estimate of the root mean square relative error.
        empty: cells that no held-out sample fell into.
        samples: number of held-out samples.
    """

    value: float
    low: float
    high: float
    rms: float
    empty: int
    samples: int


def held_out_size(count: int, tolerance: float, alpha: float) -> int:
    """Number of held-out samples that can certify `tolerance` for `count` cells.

    At zero error the chi-square statistic of M samples has standard deviation sqrt(2 N) / M; the
    size makes z standard deviations a quarter of tolerance^2.
    """
    z = NormalDist().inv_cdf(1 - alpha / 2)
    return math.ceil(4 * z * math.sqrt(2 * count) / tolerance**2) + 1000


def mass_error(first: Vector, second: Vector, masses: Vector, alpha: float) -> MassError:
    """Estimate the mass error from the cell counts of two halves of a held-out sample.

    The U-statistic T = sum_i c_i (c_i - 1) / (M (M - 1) nu_i) - 1 is unbiased for chi2, the
    squared root mean square relative error; its variance is 4 zeta_1 / M + 2 zeta_2 / M^2
    (Hoeffding 1948). The lower bound needs no model either: signs s_i taken from one half make
    sum_i s_i (w_i - nu_i), measured on the other half, an unbiased estimate of something that
    never exceeds sum_i |w_i - nu_i|.

    Args:
        first: (N,) counts of the first half.
        second: (N,) counts of the second half.
        masses: (N,) target masses nu, positive, summing to 1.
        alpha: error probability of the two-sided interval.
    """
    counts, z = first + second, NormalDist().inv_cdf(1 - alpha / 2)
    total = counts.sum()
    share = counts / total
    chi2 = float((counts * (counts - 1) / masses).sum() / (total * (total - 1)) - 1)
    ratio = share / masses
    zeta1 = max(0.0, float((share * ratio**2).sum() - (share * ratio).sum() ** 2))
    zeta2 = max(0.0, float((ratio**2).sum() - (share * ratio).sum() ** 2))
    spread = math.sqrt(4 * zeta1 / total + 2 * zeta2 / total**2)
    high = math.sqrt(max(0.0, chi2 + z * spread))
    # Each half's mean of signs has variance at most 2 / M, and so has their average.
    low = max(0.0, _lower(first, second, masses) - z * math.sqrt(2 / total))
    rms = math.sqrt(max(0.0, chi2))
    # The plug-in error holds the sample's own noise; take it off in the proportion in which the
    # root mean square is inflated (exact for errors of Gaussian shape, and for large samples).
    raw, inflated = (
        float(np.abs(share - masses).sum()),
        float(((share - masses) ** 2 / masses).sum()),
    )
    value = raw * rms / math.sqrt(inflated) if inflated > 0 else 0.0
    high = max(high, low)
    return MassError(
        min(max(value, low), high), low, high, rms, int((counts == 0).sum()), int(total)
    )


def _lower(first: Vector, second: Vector, masses: Vector) -> float:
    """Cross-fitted sum_i s_i (w_i - nu_i): each half is measured with the other half's signs."""
    a, b = first / first.sum() - masses, second / second.sum() - masses
    return float((np.sign(a) * b).sum() + (np.sign(b) * a).sum()) / 2
