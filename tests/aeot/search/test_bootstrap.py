"""The best of k draws: resampling against the closed form."""

import numpy as np
import pytest

from aeot.search.bootstrap import best_of_draws, budget_rows

SCORES = np.random.default_rng(0).lognormal(3, 1, 20)


def expected_minimum(scores, budget):
    """E min of k draws with replacement.

    The i-th least of N has the probability ((N - i + 1) / N)^k - ((N - i) / N)^k.
    """
    left = np.arange(len(scores), -1, -1) / len(scores)
    return float(np.sort(scores) @ -np.diff(left**budget))


def test_the_mean_is_the_expected_minimum():
    rows = budget_rows(SCORES, 20_000, np.random.default_rng(1))
    assert [row["budget"] for row in rows] == list(range(1, 21))
    for row in rows:
        error = row["sd"] / np.sqrt(20_000)
        assert abs(row["mean"] - expected_minimum(SCORES, row["budget"])) < 4.5 * error + 1e-12
    assert rows[0]["mean"] == pytest.approx(SCORES.mean(), rel=0.03)


def test_the_interval_is_that_of_the_distribution():
    """P(min of k > the i-th least) = ((N - i) / N)^k, so each quantile is one of the scores."""
    rows = budget_rows(SCORES, 40_000, np.random.default_rng(2))
    above = 1 - np.arange(1, 21) / 20
    for row in rows[:12]:
        reached = 1 - above ** row["budget"]
        for name, level in (("low", 0.025), ("high", 0.975)):
            low, high = np.searchsorted(reached, [level - 5e-3, level + 5e-3])
            assert np.sort(SCORES)[low] <= row[name] <= np.sort(SCORES)[high]


def test_a_budget_never_hurts_and_resamples_are_of_the_scores():
    best = best_of_draws(SCORES, 50, np.random.default_rng(3))
    assert best.shape == (50, 20) and set(best.ravel()) <= set(SCORES)
    assert (np.diff(best, axis=1) <= 0).all()
    again = best_of_draws(SCORES, 50, np.random.default_rng(3))
    np.testing.assert_array_equal(best, again)


def test_draws_without_a_score_are_a_share_of_the_resamples_and_not_of_the_mean():
    scores = np.where(np.arange(20) < 5, np.inf, SCORES)
    rows = budget_rows(scores, 20_000, np.random.default_rng(4))
    for row in rows[:6]:
        failed = 0.25 ** row["budget"]
        error = np.sqrt(failed * (1 - failed) / 20_000)
        assert row["failed"] == pytest.approx(failed, abs=5 * error)
    assert rows[0]["mean"] == pytest.approx(SCORES[5:].mean(), rel=0.03)
    none = budget_rows(np.full(3, np.inf), 10, np.random.default_rng(0))
    wanted = {**dict.fromkeys(("mean", "sd", "low", "high")), "failed": 1.0}
    assert none == [{"budget": k, **wanted} for k in (1, 2, 3)]


def test_of_scores_of_which_the_most_is_best_the_largest_is_taken():
    rows = budget_rows(SCORES, 500, np.random.default_rng(5), most=True)
    least = budget_rows(-SCORES, 500, np.random.default_rng(5))
    for row, other in zip(rows, least, strict=True):
        assert row["mean"] == pytest.approx(-other["mean"])
        assert (row["low"], row["high"]) == pytest.approx((-other["high"], -other["low"]))
    assert rows[-1]["mean"] > SCORES.mean()
    lost = budget_rows(np.array([np.nan, 0.5]), 50, np.random.default_rng(6), most=True)
    assert lost[1]["high"] == 0.5 and 0 < lost[0]["failed"] < 1
