"""The distribution of the best of k draws, by resampling."""

import math
from typing import Any

import numpy as np

from aeot.files import Array

INTERVAL = (2.5, 97.5)  # percentiles


def best_of_draws(scores: Array, resamples: int, random: np.random.Generator) -> Array:
    """Resample N scores with replacement; return the smallest of the first k of every resample.

    Lucic et al. 2018 (arXiv 1711.10337, section 6.1, Figure 4): 5,000 resamples of 100 draws.

    Args:
        scores: (N,), infinite if there is none.
        resamples: R of them.
        random: makes them.

    Returns:
        (R, N): column k - 1 has R draws from the distribution of the smallest of k scores.
    """
    drawn = scores[random.integers(len(scores), size=(resamples, len(scores)))]
    return np.asarray(np.minimum.accumulate(drawn, axis=1))


def budget_rows(
    scores: Array, resamples: int, random: np.random.Generator, most: bool = False
) -> list[dict[str, Any]]:
    """Summarise `best_of_draws` for every budget.

    Args:
        scores: (N,), not finite if there is none.
        resamples: R of them.
        random: makes them.
        most: whether the largest score is the best, rather than the least.

    Returns:
        For each `budget` from 1 to N the `mean` of the best score, its standard deviation `sd` and
        the bounds `low` and `high` of the middle 95 %, over the resamples in which a draw has a
        score; `failed` is the share of the others. Without any, there are no numbers.
    """
    rows, sign = [], -1 if most else 1
    known = np.where(np.isfinite(scores), sign * scores, np.inf)
    for budget, best in enumerate(best_of_draws(known, resamples, random).T, start=1):
        scored = sign * best[np.isfinite(best)]
        low, high = np.percentile(scored, INTERVAL) if len(scored) else (math.nan, math.nan)
        mean, sd = (scored.mean(), scored.std()) if len(scored) else (math.nan, math.nan)
        values = {"mean": mean, "sd": sd, "low": low, "high": high}
        found = {name: None if np.isnan(value) else float(value) for name, value in values.items()}
        rows.append({"budget": budget, **found, "failed": 1 - len(scored) / resamples})
    return rows
