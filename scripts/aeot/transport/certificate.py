"""How good is the transport? The mass error on samples that the solver never saw."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from aeot.errors import InputError

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
        raw: the error as counted, sum_i |c_i / M - nu_i|, its Monte-Carlo noise included.
        empty: cells that no held-out sample fell into.
        samples: number of held-out samples.
    """

    value: float
    low: float
    high: float
    rms: float
    raw: float
    empty: int
    samples: int


def stopping_share(count: int, alpha: float, relative_cost: float = 1.0) -> float:
    """Share a of tolerance^2 that the squared error should fall to before it is certified.

    To stop at a * tolerance^2 takes about N / (a tolerance^2) samples to solve. To tell that it is
    reached, more often than not, takes (z + 1) sqrt(2 N) / ((1 - a) tolerance^2) held-out ones,
    each of which costs as much time as `relative_cost` of the former. The sum is least at
    a = 1 / (1 + sqrt(relative_cost (z + 1) sqrt(2 / N))).
    """
    return 1 / (1 + math.sqrt(relative_cost * _deviations(alpha) * math.sqrt(2 / count)))


def held_out_size(count: int, tolerance: float, alpha: float, relative_cost: float = 1.0) -> int:
    """Number of held-out samples that can certify `tolerance` for `count` cells.

    At zero error the chi-square statistic of M samples has standard deviation sqrt(2 N) / M; the
    size makes z + 1 of them what `stopping_share` leaves of tolerance^2, and has a fifth more
    for the deviation that the error itself adds.
    """
    room = (1 - stopping_share(count, alpha, relative_cost)) * tolerance**2
    return math.ceil(1.2 * _deviations(alpha) * math.sqrt(2 * count) / room) + 1000


def _deviations(alpha: float) -> float:
    """Standard deviations between the bound and the error: z of the bound, and one of luck."""
    return NormalDist().inv_cdf(1 - alpha / 2) + 1


def chi_square(counts: Vector, masses: Vector) -> tuple[float, float]:
    """Estimate sum_i nu_i (w_i / nu_i - 1)^2 from counts, and the estimate's standard deviation.

    The U-statistic T = sum_i c_i (c_i - 1) / (M (M - 1) nu_i) - 1 is unbiased; its variance is
    4 zeta_1 / M + 2 zeta_2 / M^2 (Hoeffding 1948).

    Args:
        counts: (N,) how many of M >= 2 independent samples fell into each cell.
        masses: (N,) target masses nu, positive, summing to 1.

    Returns:
        T, which may be negative, and its standard deviation.
    """
    total = counts.sum()
    square = float((counts * (counts - 1) / masses).sum() / (total * (total - 1)) - 1)
    pairs = counts * (counts - 1) / (total * (total - 1) * masses**2)
    triples = pairs * (counts - 2) / (total - 2) if total > 2 else pairs
    # Unbiased too: the plug-in estimates contain the sample's own noise and would loosen the bound.
    zeta1 = max(0.0, float(triples.sum()) - (1 + square) ** 2)
    # At least its value for w = nu: a sample without collisions must not look certain.
    zeta2 = max(len(masses) - 1.0, float(pairs.sum()) - (1 + square) ** 2)
    return square, math.sqrt(4 * zeta1 / total + 2 * zeta2 / total**2)


def mass_error(first: Vector, second: Vector, masses: Vector, alpha: float) -> MassError:
    """Estimate the mass error from the cell counts of two halves of a held-out sample.

    The upper bound comes from `chi_square`, the squared root mean square relative error and its
    deviation. The lower bound needs no model either: signs s_i taken from one half make
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
    chi2, spread = chi_square(counts, masses)
    high = math.sqrt(max(0.0, chi2 + z * spread))
    # Each half's mean of signs has variance at most 2 / M, and so has their average.
    low = max(0.0, _lower(first, second, masses) - z * math.sqrt(2 / total))
    rms = math.sqrt(max(0.0, chi2))
    # The plug-in error contains the sample's own noise; remove it in the proportion in which the
    # root mean square is inflated (exact for errors of Gaussian shape, and for large samples).
    raw, inflated = (
        float(np.abs(share - masses).sum()),
        float(((share - masses) ** 2 / masses).sum()),
    )
    value = raw * rms / math.sqrt(inflated) if inflated > 0 else 0.0
    high = max(high, low)
    return MassError(
        min(max(value, low), high), low, high, rms, raw, int((counts == 0).sum()), int(total)
    )


def _lower(first: Vector, second: Vector, masses: Vector) -> float:
    """Cross-fitted sum_i s_i (w_i - nu_i): each half is measured with the other half's signs."""
    a, b = first / first.sum() - masses, second / second.sum() - masses
    return float((np.sign(a) * b).sum() + (np.sign(b) * a).sum()) / 2


def chance_error(masses: Vector, samples: int) -> float:
    """Mean relative error of masses counted from independent samples of an exact map.

    The count of cell i is binomial (M, p_i); its mean absolute deviation is, with
    k = floor(M p) + 1,
        E|X - M p| = 2 k C(M, k) p^k (1 - p)^(M - k + 1)
    (de Moivre; see Diaconis and Zabell, Statistical Science 6, 1991). Summed over the cells and
    divided by M this is the error sum_i p_i |w_i / p_i - 1| that a perfect transport would show.

    Args:
        masses: (n,) target masses p, positive, summing to one.
        samples: M, at least 1.

    Raises:
        InputError: a mass is not positive, or there are no samples.
    """
    from scipy.special import gammaln, xlog1py, xlogy

    p, cells = np.unique(np.asarray(masses, np.float64), return_counts=True)
    if not (p > 0).all() or samples < 1:
        raise InputError("the chance error takes positive masses and at least one sample.")
    p = np.minimum(p, 1.0)
    k = np.minimum(np.floor(samples * p) + 1, samples)
    log_choose = gammaln(samples + 1) - gammaln(k + 1) - gammaln(samples - k + 1)
    deviation = 2 * k * np.exp(log_choose + xlogy(k, p) + xlog1py(samples - k + 1, -p))
    return float((cells * deviation).sum() / samples)
