"""Convexity: distances of midpoints against those of reconstructions."""

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.metrics.convexity import Convexity, nearest_other


@pytest.fixture
def circle():
    """Test images on a circle, whose midpoints lie inside it."""
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, size=400)
    return np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1).astype(np.float32)


def rows(real, made):
    """Score interpolations (P, 3, k); the outermost images play no part."""
    ends = np.full((len(made), 1, made.shape[2]), 1e6)
    interpolated = np.concatenate([ends, made, ends], axis=1).reshape(-1, made.shape[2])
    return Convexity().score({"real": real, "midpoints": interpolated}).rows


def score(real, made):
    return {row["metric"]: row["value"] for row in rows(real, made)}


def interpolated(real, pairs, middle):
    first, second = real[0 : 2 * pairs : 2], real[1 : 2 * pairs : 2]
    return np.stack([first, middle(first, second), second], axis=1)


def test_the_nearest_is_found_among_all_but_the_pair():
    real = np.random.default_rng(0).normal(size=(700, 4))
    made = real[0:600:2] + 0.01  # nearest to their own image
    found = nearest_other(real, made)
    for p in (0, 1, 255, 256, 299):
        others = np.delete(real, [2 * p, 2 * p + 1], axis=0)
        assert found[p] == pytest.approx(np.linalg.norm(others - made[p], axis=1).min())
    assert found.min() > 0.1


def test_midpoints_on_the_data_score_one_and_chords_far_below(circle):
    def arc(a, b):
        return (a + b) / np.linalg.norm(a + b, axis=1, keepdims=True)

    def chord(a, b):
        return (a + b) / 2

    assert score(circle, interpolated(circle, 200, arc))["convexity"] == pytest.approx(1, abs=0.35)
    assert score(circle, interpolated(circle, 200, chord))["convexity"] < 0.1


def test_a_midpoint_that_repeats_an_image_is_judged_as_a_reconstruction(circle):
    found = score(circle, interpolated(circle, 200, lambda a, b: a))
    assert found["convexity"] == pytest.approx(1, abs=0.2)
    assert found["midpoint_distance"] > 0


def test_a_model_whose_reconstructions_are_far_off_gains_nothing_in_its_distances(circle):
    exact = score(circle, interpolated(circle, 100, lambda a, b: (a + b) / 2))
    blurred = interpolated(circle, 100, lambda a, b: (a + b) / 2)
    blurred[..., 2] = 1  # one away from all images
    off = score(circle, blurred)
    assert off["reconstruction_distance"] > 1 > exact["reconstruction_distance"]
    assert off["midpoint_distance"] > exact["midpoint_distance"]


def test_counts_are_of_test_images_and_pairs(circle):
    for row in rows(circle, interpolated(circle, 150, lambda a, b: b)):
        assert (row["n_real"], row["n_fake"]) == (400, 150)


def test_too_few_test_images_are_named(circle):
    with pytest.raises(InputError, match="lower convexity.pairs"):
        rows(circle[:300], interpolated(circle, 200, lambda a, b: a))


def test_no_more_pairs_than_are_wanted_count(circle):
    made = interpolated(circle, 20, lambda a, b: (a + b) / 2).reshape(-1, 3)
    images = np.repeat(made, [2, 1, 2] * 20, axis=0)  # image, reconstruction, midpoint, ...
    found = Convexity(pairs=5).score({"real": circle, "midpoints": images}).rows
    few = Convexity().score({"real": circle, "midpoints": images[:25]}).rows
    assert found == few and found[0]["n_fake"] == 5


def test_features_that_are_no_pairs_are_named(circle):
    with pytest.raises(InputError, match="7 features do not form pairs"):
        Convexity().score({"real": circle, "midpoints": circle[:7]})
