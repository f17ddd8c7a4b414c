"""Scores of mode collapse against closed forms and known laws."""

import numpy as np
import pytest

from aeot.metrics.collapse import (
    COLUMNS,
    METRICS,
    collapse_rows,
    collapse_scores,
    quality_radius,
    reverse_kl,
    seen_counts,
    wasserstein2,
)
from aeot.mixtures import MIXTURES
from aeot.registry import resolve

GRID = resolve(MIXTURES, "grid", "mixture")()


def drawn(mixture, size, seed=0):
    return mixture.sample(size, np.random.default_rng(seed))


def test_a_perfect_sampler_scores_what_chance_gives():
    scores = [collapse_scores(drawn(GRID, 2500, s), GRID, drawn(GRID, 9, 9)) for s in range(40)]
    assert {score["modes"] for score in scores} == {25}
    quality = [score["high_quality"] for score in scores]
    assert np.mean(quality) == pytest.approx(1 - np.exp(-4.5), abs=0.001)
    for name in ("reverse_kl", "reverse_kl_all"):
        # 2 n KL is chi-square with K - 1 degrees of freedom, nearly.
        assert np.mean([score[name] for score in scores]) == pytest.approx(24 / 5000, rel=0.15)


@pytest.mark.parametrize("kept", [1, 5, 24])
def test_missing_modes_cost_the_logarithm_of_their_share(kept):
    points = np.repeat(GRID.means[:kept], 7, axis=0)
    scores = collapse_scores(points, GRID, drawn(GRID, 10))
    assert scores["modes"] == kept
    assert scores["high_quality"] == 1
    assert scores["reverse_kl"] == pytest.approx(np.log(25 / kept))
    assert scores["reverse_kl_all"] == pytest.approx(np.log(25 / kept))


def test_quality_ends_at_three_deviations_and_only_one_kl_counts_the_rest():
    near, far = GRID.means[:5] + [0.149, 0], GRID.means[5:] + [0, 0.151]
    scores = collapse_scores(np.concatenate([near, far]), GRID, drawn(GRID, 10))
    assert scores["modes"] == 5
    assert scores["high_quality"] == 0.2
    assert scores["reverse_kl"] == pytest.approx(np.log(5))
    assert scores["reverse_kl_all"] == pytest.approx(0, abs=1e-12)


def test_no_sample_of_quality_is_no_reverse_kl():
    scores = collapse_scores(np.full((10, 2), 1.0, np.float32), GRID, drawn(GRID, 10))
    assert (scores["modes"], scores["high_quality"], scores["reverse_kl"]) == (0, 0, None)
    assert scores["reverse_kl_all"] == pytest.approx(np.log(25))


def test_reverse_kl_is_against_the_weights():
    weights = np.array([0.5, 0.3, 0.2])
    assert reverse_kl(np.array([5, 3, 2]), weights) == pytest.approx(0)
    expected = 0.5 * np.log(0.5 / 0.5) + 0.5 * np.log(0.5 / 0.2)
    assert reverse_kl(np.array([1, 0, 1]), weights) == pytest.approx(expected)


def test_a_copy_of_the_training_points_is_at_no_divergence_from_their_histogram():
    few = drawn(GRID, 100)
    seen = seen_counts(few, None, 2, GRID)
    assert seen.shape == (2, 25) and (seen.sum(axis=1) == 100).all()
    scores = collapse_scores(np.repeat(few, 3, axis=0), GRID, seen=seen[1])
    assert scores["reverse_kl_data"] == pytest.approx(0, abs=1e-12)
    assert scores["reverse_kl_all"] > 0.05  # 100 points are themselves far from uniform


def test_each_trial_is_compared_with_the_points_that_it_was_fitted_to():
    training = np.repeat(GRID.means[:4], 5, axis=0)  # rows 0 to 4 at mode 0, and so on
    rows = [np.array([0, 1, 5, 6]), np.array([0, 10, 11, 15])]
    seen = seen_counts(training, rows, 2, GRID)
    assert seen[0, :4].tolist() == [2, 2, 0, 0] and seen[1, :4].tolist() == [1, 0, 2, 1]
    points = np.stack([GRID.means[[0, 0, 0, 1]], GRID.means[[0, 2, 2, 3]]])[None]
    values = {(row["trial"], row["metric"]): row["value"]
              for row in collapse_rows(points, GRID, 0, seen)}  # fmt: skip
    expected = 0.75 * np.log(0.75 / 0.5) + 0.25 * np.log(0.25 / 0.5)
    assert values[0, "reverse_kl_data"] == pytest.approx(expected)
    assert values[1, "reverse_kl_data"] == pytest.approx(0, abs=1e-12)


def test_a_sample_at_a_mode_without_training_points_is_infinitely_far():
    seen = seen_counts(GRID.means[:24], None, 1, GRID)[0]
    assert collapse_scores(GRID.means, GRID, seen=seen)["reverse_kl_data"] == np.inf
    assert collapse_scores(GRID.means[:24], GRID, seen=seen)["reverse_kl_data"] == pytest.approx(0)


def test_every_sample_counts_for_the_divergence_from_the_data():
    seen = np.full(25, 4)
    near, far = GRID.means[:5], GRID.means[5:] + [0, 0.151]  # of high quality, and not
    scores = collapse_scores(np.concatenate([near, far]), GRID, seen=seen)
    assert scores["reverse_kl_data"] == pytest.approx(0, abs=1e-12)
    assert scores["reverse_kl"] == pytest.approx(np.log(5))


def test_without_training_points_there_is_no_such_divergence():
    assert collapse_scores(GRID.means, GRID)["reverse_kl_data"] is None


@pytest.mark.parametrize("dimension", [1, 2, 10])
def test_the_radius_holds_as_much_in_any_dimension(dimension):
    x = np.random.default_rng(0).normal(size=(200_000, dimension))
    inside = (np.linalg.norm(x, axis=1) < quality_radius(dimension)).mean()
    assert inside == pytest.approx(1 - np.exp(-4.5), abs=0.001)
    if dimension == 2:
        assert quality_radius(2) == pytest.approx(3)


def test_the_distance_to_a_shifted_copy_is_the_shift():
    a = np.random.default_rng(0).normal(size=(300, 3))
    b = np.random.default_rng(1).permutation(a + [0.3, 0, 0.4])
    assert wasserstein2(a, b) == pytest.approx(0.5)


def test_the_distance_on_the_line_is_that_of_sorted_points():
    a, b = np.random.default_rng(0).normal(size=(2, 200, 1))
    sorted_apart = np.sort(a[:, 0]) - np.sort(b[:, 0])
    assert wasserstein2(a, b) == pytest.approx(np.sqrt(np.mean(sorted_apart**2)))


def test_rows_are_one_a_moment_trial_and_metric_and_trials_have_their_own_fresh_points():
    points = np.broadcast_to(drawn(GRID, 50), (3, 2, 50, 2))
    rows = collapse_rows(points, GRID, seed=0)
    assert len(rows) == 2 * (3 * len(METRICS) - 2)  # the distance at the last moment only
    assert set(rows[0]) == set(COLUMNS)
    distance = {(r["moment"], r["trial"]): r["value"] for r in rows if r["metric"] == METRICS[-1]}
    assert set(distance) == {(2, 0), (2, 1)}
    assert distance[2, 0] != distance[2, 1]
