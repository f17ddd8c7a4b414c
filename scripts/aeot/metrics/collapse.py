"""Mode collapse on a mixture with known modes, counted as in PacGAN, and a distance.

A sample belongs to its nearest mode; it is of high quality if it is closer to it than three
deviations in the plane, or than the radius that contains as much of a Gaussian in d dimensions. A
mode is covered if it has a sample of high quality (PacGAN, Lin et al. 2018, section 4.1).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist
from scipy.special import gammaincinv

from aeot.files import Array
from aeot.mixtures.base import Mixture, Points, Vector
from aeot.seeding import numpy_generator

COLUMNS = ["moment", "trial", "metric", "value", "n"]
METRICS = (
    "modes", "high_quality", "reverse_kl", "reverse_kl_all", "reverse_kl_data", "wasserstein2",
)  # fmt: skip
DEVIATIONS = 3  # from a mode, within which a sample is of high quality in the plane
ASSIGNED = 1000  # maximum number of points of each set for the distance


def collapse_rows(
    points: Array, mixture: Mixture, seed: int, seen: Array | None = None
) -> list[dict[str, Any]]:
    """Score every set of points (moments, trials, n, d): rows of `COLUMNS`.

    Every trial has its own fresh points, which are the same for all models. The distance to them
    takes longer than all counting and is computed only for the last moment.

    Args:
        points: generated points.
        mixture: the distribution that they should follow.
        seed: seed of the fresh points.
        seen: (trials, K) number of training points of each trial that are nearest to each mode.
    """
    rows: list[dict[str, Any]] = []
    for trial in range(points.shape[1]):
        fresh = mixture.sample(ASSIGNED, numpy_generator(seed, "fresh", trial))
        own = None if seen is None else seen[trial]
        for moment, trials in enumerate(points):
            last = moment == len(points) - 1
            scores = collapse_scores(trials[trial], mixture, fresh if last else None, own)
            rows += [
                dict(zip(COLUMNS, (moment, trial, name, value, points.shape[2]), strict=True))
                for name, value in scores.items()
            ]
    return rows


def quality_share() -> float:
    """Share of a Gaussian of the plane within `DEVIATIONS`: 98.9 %."""
    return float(-np.expm1(-(DEVIATIONS**2) / 2))


def quality_radius(dimension: int) -> float:
    """Radius, in deviations, inside which a sample is of high quality: 3 in the plane.

    It contains `quality_share` of a Gaussian in any number of dimensions.
    """
    return float(np.sqrt(2 * gammaincinv(dimension / 2, quality_share())))


def seen_counts(
    training: Points, rows: Sequence[Array] | None, trials: int, mixture: Mixture
) -> Array:
    """Count the training points nearest to each mode, trial by trial.

    Args:
        training: (N, d) training points.
        rows: the points to which each trial was fitted; None: all of them.
        trials: number of trials.
        mixture: has K modes.

    Returns:
        (trials, K) int64.
    """
    mode, _ = mixture.nearest(training)
    count = len(mixture.means)
    if rows is None:
        return np.tile(np.bincount(mode, minlength=count), (trials, 1))
    return np.stack([np.bincount(mode[part], minlength=count) for part in rows])


def collapse_scores(
    points: Points,
    mixture: Mixture,
    fresh: Points | None = None,
    seen: Array | None = None,
) -> dict[str, float | None]:
    """Score one set of generated points.

    Args:
        points: (n, d) generated points, finite, n >= 1.
        mixture: the distribution that they should follow.
        fresh: (m, d) points of the mixture that no model has seen; without them there is no
            distance.
        seen: (K,) training points nearest to each mode; without them there is no
            `reverse_kl_data`.

    Returns:
        `METRICS`: covered modes; share of high quality; KL over modes in nats, of the generated
        samples of high quality from the weights of the mixture (PacGAN's code; None if there are no
        such samples), of all samples from the weights, and of all samples from the histogram of the
        training points (AE-OT's text; infinite if a sample is at a mode without training points);
        and the 2-Wasserstein distance to the fresh points.
    """
    mode, distance = mixture.nearest(points)
    good = distance < quality_radius(points.shape[1])
    count = len(mixture.means)
    high = np.bincount(mode[good], minlength=count)
    every = np.bincount(mode, minlength=count)
    scores = {
        "modes": float((high > 0).sum()),
        "high_quality": float(good.mean()),
        "reverse_kl": reverse_kl(high, mixture.weights) if good.any() else None,
        "reverse_kl_all": reverse_kl(every, mixture.weights),
        "reverse_kl_data": None if seen is None else reverse_kl(every, seen / seen.sum()),
    }
    if fresh is not None:
        scores["wasserstein2"] = wasserstein2(points[:ASSIGNED], fresh[:ASSIGNED])
    return scores


def reverse_kl(counts: np.ndarray[Any, Any], weights: Vector) -> float:
    """KL(p || weights) in nats for the histogram p of counts (K,), at least one of them positive.

    Infinite if a count is positive and its weight is 0.
    """
    share = counts / counts.sum()
    some = share > 0
    if (weights[some] == 0).any():
        return float("inf")
    return float((share[some] * np.log(share[some] / weights[some])).sum())


def wasserstein2(a: Points, b: Points) -> float:
    """2-Wasserstein distance between the first min(n, m) points of a (n, d) and b (m, d).

    It is exact: between sets of equal size, the optimal plan is a permutation (Birkhoff).
    """
    size = min(len(a), len(b))
    cost = cdist(a[:size].astype(np.float64), b[:size].astype(np.float64), "sqeuclidean")
    return float(np.sqrt(cost[linear_sum_assignment(cost)].mean()))
