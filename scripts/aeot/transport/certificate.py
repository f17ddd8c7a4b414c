"""The accuracy of a transport: its mass error on samples that the solver never used."""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aeot.errors import InputError

Vector = NDArray[np.float64]
Counts = NDArray[Any]

GROUPS = 64  # independent groups of held-out samples
_COLUMNS = 8192  # cells whose counts are converted to double precision at a time


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
        samples: number M of held-out samples.
        noise: `ChiSquare.noise` of the sample.
    """

    value: float
    low: float
    high: float
    rms: float
    raw: float
    empty: int
    samples: int
    noise: float


@dataclass(frozen=True)
class ChiSquare:
    """An estimate of sum_i nu_i (w_i / nu_i - 1)^2.

    Attributes:
        value: the unbiased estimate T, which may be negative.
        linear: the part of its variance that is proportional to the estimated quantity.
        constant: the rest of its variance.
        noise: standard deviation of the estimate, if the masses are right, relative to that from as
            many independent samples; at least 1.
    """

    value: float
    linear: float
    constant: float
    noise: float

    @property
    def deviation(self) -> float:
        """Standard deviation of the estimate."""
        return math.sqrt(self.linear + self.constant)

    def upper(self, z: float) -> float:
        """Return the largest value u that T does not contradict, at z standard deviations.

        Errors of one shape have a linear part that grows with their square, so that it is too
        small by chance where T is. As in Wilson's interval (1927) u is the root above T of
        (u - T)^2 = z^2 (linear u / T + constant); where T is below its deviation, that is instead
        under `linear`.
        """
        if not self.linear:
            return self.value + z * self.deviation
        slope = self.linear / max(self.value, self.deviation)
        return self.value + z * (z * slope / 2 + math.hypot(self.deviation, z * slope / 2))


def stopping_share(count: int, alpha: float, noise: float = 1.0) -> float:
    """Share a of tolerance^2 to which the squared error should fall before it is certified.

    Reaching a * tolerance^2 takes about N / (a tolerance^2) samples. Confirming it with a
    probability above one half takes noise (z + 1) sqrt(2 N) / ((1 - a) tolerance^2) held-out
    samples, each of which costs about as much time. The sum is smallest for
    a = 1 / (1 + sqrt(noise (z + 1) sqrt(2 / N))).
    """
    return 1 / (1 + math.sqrt(noise * _deviations(alpha) * math.sqrt(2 / count)))


def held_out_size(count: int, tolerance: float, alpha: float, noise: float = 1.0) -> int:
    """Number of held-out samples that can certify `tolerance` for `count` cells.

    If the error is zero, the chi-square statistic of M samples has the standard deviation noise
    sqrt(2 N) / M. The size is chosen such that z + 1 of these fit into the part of tolerance^2 that
    `stopping_share` leaves, with a fifth added for the deviation caused by the error itself.
    """
    room = (1 - stopping_share(count, alpha, noise)) * tolerance**2
    return math.ceil(1.2 * noise * _deviations(alpha) * math.sqrt(2 * count) / room) + 1000


def _deviations(alpha: float) -> float:
    """Standard deviations between the bound and the error: z of the bound, and one for chance."""
    return NormalDist().inv_cdf(1 - alpha / 2) + 1


def chi_square(counts: Counts, masses: Vector) -> ChiSquare:
    """Estimate sum_i nu_i (w_i / nu_i - 1)^2 from the counts of independent groups of samples.

    The counts c_g (N,) of a group of m samples have mean m w; the samples of a group may depend on
    each other. Therefore k(c_g, c_h) = sum_i c_gi c_hi / (m^2 nu_i) - 1 is unbiased for every pair
    g != h, and
    so is the U-statistic over the G (G - 1) ordered pairs,
        T = sum_i [(sum_g c_gi)^2 - sum_g c_gi^2] / (m^2 G (G - 1) nu_i) - 1.
    With zeta_1 = Var E[k | c_g] and zeta_2 = Var k (Hoeffding 1948, eq. 5.13),
        Var T = (4 (G - 2) zeta_1 + 2 zeta_2) / (G (G - 1)).
    Let k' = k - T. The averages of k'_gh k'_gl and of k'_gh^2, over different g, h, l, have means
    zeta_1 - Var T and zeta_2 - Var T. Put into the equation and solved for Var T they give
        Var T = (4 (G - 2) zeta_1' + 2 zeta_2') / ((G - 2) (G - 3))
    without bias: that is T^2 less the average of k_gh k_lm over different g, h, l, m.

    Args:
        counts: (G, N) how many samples of each of G >= 4 independent groups fell into each cell;
            groups of the same number of samples or, in a group of independent ones, about that.
        masses: (N,) target masses nu, positive, summing to 1.
    """
    groups, size = len(counts), counts.sum() / len(counts)
    pairs = np.zeros((groups, groups))
    for part in _columns(len(masses)):
        block = counts[:, part].astype(np.float64)
        pairs += (block / masses[part]) @ block.T
    sizes = counts.sum(axis=1, dtype=np.float64)
    pairs = pairs / np.outer(sizes, sizes) - 1
    np.fill_diagonal(pairs, 0)
    value = float(pairs.sum()) / (groups * (groups - 1))
    pairs -= value
    np.fill_diagonal(pairs, 0)
    squares = float(np.square(pairs).sum())
    triples = float(np.square(pairs.sum(axis=1)).sum()) - squares
    zeta1 = max(0.0, triples / (groups * (groups - 1) * (groups - 2)))
    # At least its value for w = nu and independent samples: samples without collisions must not
    # look certain. Crossing adds to the counts' covariance, so that its value is no smaller.
    least = (len(masses) - 1) / size**2
    zeta2 = max(least, squares / (groups * (groups - 1)))
    share = 1 / ((groups - 2) * (groups - 3))
    linear, constant = 4 * (groups - 2) * zeta1 * share, 2 * zeta2 * share
    return ChiSquare(value, linear, constant, math.sqrt(zeta2 / least) if least else 1.0)


def mass_error(counts: Counts, masses: Vector, alpha: float) -> MassError:
    """Estimate the mass error from the cell counts of independent groups of held-out samples.

    The upper bound is that of `chi_square`, the squared root mean square relative error. The lower
    bound needs no model either: signs s_i taken from one half of the groups make
    sum_i s_i (w_i - nu_i), measured on the other half, an unbiased estimate of something that
    never exceeds sum_i |w_i - nu_i|. Both take quantiles of Student's distribution, because the
    deviations are estimated from the groups.

    Args:
        counts: (G, N) counts of the groups, as for `chi_square`.
        masses: (N,) target masses nu, positive, summing to 1.
        alpha: error probability of the two-sided interval.
    """
    from scipy.special import stdtrit

    counted, half = counts.sum(axis=0, dtype=np.float64), len(counts) // 2
    total = counted.sum()
    share = counted / total
    chi2 = chi_square(counts, masses)
    bound = chi2.upper(float(stdtrit(len(counts) - 1, 1 - alpha / 2)))
    high = math.sqrt(max(0.0, bound))
    # The halves depend on one another through the signs: their deviations add up at most.
    (a, wide_a), (b, wide_b) = (
        _signed(counts[mine], counts[other], masses)
        for mine, other in ((slice(half), slice(half, None)), (slice(half, None), slice(half)))
    )
    low = max(0.0, (a + b - float(stdtrit(half - 1, 1 - alpha / 2)) * (wide_a + wide_b)) / 2)
    rms = math.sqrt(max(0.0, chi2.value))
    # The plug-in error contains the sample's own noise; remove it in the proportion in which the
    # root mean square is inflated (exact for errors of Gaussian shape, and for large samples).
    raw, inflated = (
        float(np.abs(share - masses).sum()),
        float(((share - masses) ** 2 / masses).sum()),
    )
    value = raw * rms / math.sqrt(inflated) if inflated > 0 else 0.0
    high = max(high, low)
    value = min(max(value, low), high)
    empty = int((counted == 0).sum())
    return MassError(value, low, high, rms, raw, empty, int(total), chi2.noise)


def _signed(counts: Counts, others: Counts, masses: Vector) -> tuple[float, float]:
    """Measure sum_i s_i (w_i - nu_i) on groups, with the signs s of others, and its deviation.

    The deviation is that between the groups, and at least the largest that as many independent
    samples could have, whose mean sign has variance at most 1 / M.
    """
    theirs = others.sum(axis=0, dtype=np.float64)
    signs = np.sign(theirs / theirs.sum() - masses)
    sizes = counts.sum(axis=1, dtype=np.float64)
    means = counts @ signs / sizes - float(signs @ masses)
    spread = float(means.std(ddof=1)) / math.sqrt(len(means))
    return float(means.mean()), max(spread, 1 / math.sqrt(sizes.sum()))


def variance_factor(counts: Counts, masses: Vector) -> float:
    """Variance of cell counts between groups, relative to that of independent samples.

    It is the mean over cells of Var c_gi / (m nu_i), for N >= 2 cells whose masses are about right.

    Args:
        counts: (G, N) counts of G groups of the same number m of samples.
        masses: (N,) target masses nu, positive, summing to 1.
    """
    total = sum(
        float((counts[:, part].var(axis=0, ddof=1) / masses[part]).sum())
        for part in _columns(len(masses))
    )
    return total / (counts.sum() / len(counts) * max(1, len(masses) - 1))


def _columns(count: int) -> list[slice]:
    return [slice(start, start + _COLUMNS) for start in range(0, count, _COLUMNS)]


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
