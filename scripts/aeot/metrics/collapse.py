"""Mode collapse on a mixture whose modes are known, as PacGAN counts it, and a distance beside it.

A sample belongs to its nearest mode; it is of high quality if it is closer to it than three
deviations in the plane, or than the radius that holds as much of a Gaussian in d dimensions. A
mode is covered if it has a sample of high quality (PacGAN, Lin et al. 2018, section 4.1).
"""

from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.stats import chi2

from aeot.files import Array
from aeot.mixtures.base import Mixture, Points, Vector
from aeot.seeding import numpy_generator

COLUMNS = ["moment", "trial", "metric", "value", "n"]
METRICS = ("modes", "high_quality", "reverse_kl", "reverse_kl_all", "wasserstein2")
_ASSIGNED = 1000  # most points of each set that the distance is computed between


def collapse_rows(points: Array, mixture: Mixture, seed: int) -> list[dict[str, Any]]:
    """Score every set of points (moments, trials, n, d): rows of `COLUMNS`.

    Every trial has its own fresh points, the same for all models. The distance to them takes longer
    than all counting: it is that of the last moment only.
    """
    rows: list[dict[str, Any]] = []
    for trial in range(points.shape[1]):
        fresh = mixture.sample(_ASSIGNED, numpy_generator(seed, "fresh", trial))
        for moment, trials in enumerate(points):
            last = moment == len(points) - 1
            scores = collapse_scores(trials[trial], mixture, fresh if last else None)
            rows += [
                dict(zip(COLUMNS, (moment, trial, name, value, points.shape[2]), strict=True))
                for name, value in scores.items()
            ]
    return rows


def quality_radius(dimension: int) -> float:
    """Radius, in deviations, inside which a sample is of high quality: 3 in the plane.

    It holds 1 - exp(-9/2) = 98.9 % of a Gaussian in any number of dimensions.
    """
    return float(np.sqrt(chi2.ppf(-np.expm1(-4.5), dimension)))


def collapse_scores(
    points: Points, mixture: Mixture, fresh: Points | None = None
) -> dict[str, float | None]:
    """Score one set of generated points.

    Args:
        points: (n, d) generated points, finite, n >= 1.
        mixture: the law that they should follow.
        fresh: (m, d) points of that law which no model has seen; without them no distance.

    Returns:
        `METRICS`: covered modes; share of high quality; KL(generated || mixture) over modes in
        nats, once counting samples of high quality only (PacGAN's code; None where there are none)
        and once all samples (AE-OT's text); and the 2-Wasserstein distance to the fresh points.
    """
    mode, distance = mixture.nearest(points)
    good = distance < quality_radius(points.shape[1])
    count = len(mixture.means)
    high = np.bincount(mode[good], minlength=count)
    scores = {
        "modes": float((high > 0).sum()),
        "high_quality": float(good.mean()),
        "reverse_kl": reverse_kl(high, mixture.weights) if good.any() else None,
        "reverse_kl_all": reverse_kl(np.bincount(mode, minlength=count), mixture.weights),
    }
    if fresh is not None:
        scores["wasserstein2"] = wasserstein2(points[:_ASSIGNED], fresh[:_ASSIGNED])
    return scores


def reverse_kl(counts: np.ndarray[Any, Any], weights: Vector) -> float:
    """KL(p || weights) in nats for the histogram p of counts (K,), of which one is positive."""
    share = counts / counts.sum()
    some = share > 0
    return float((share[some] * np.log(share[some] / weights[some])).sum())


def wasserstein2(a: Points, b: Points) -> float:
    """2-Wasserstein distance between as many points of a (n, d) as of b (m, d), min(n, m).

    Exact, by assignment: between sets of one size the optimal plan is a permutation (Birkhoff).
    """
    size = min(len(a), len(b))
    cost = cdist(a[:size].astype(np.float64), b[:size].astype(np.float64), "sqeuclidean")
    return float(np.sqrt(cost[linear_sum_assignment(cost)].mean()))
