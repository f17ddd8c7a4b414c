"""Every registered mixture keeps its contract, and is what it says."""

import numpy as np
import pytest

from aeot.labels import MIXTURES as LABELS
from aeot.metrics.collapse import quality_radius
from aeot.mixtures import MIXTURES
from aeot.registry import resolve


@pytest.fixture(params=sorted(MIXTURES))
def mixture(request):
    return resolve(MIXTURES, request.param, "mixture")()


def named(name):
    return resolve(MIXTURES, name, "mixture")()


def test_a_mixture_is_a_law(mixture):
    count, dimension = mixture.means.shape
    assert mixture.weights.shape == (count,)
    assert (mixture.weights > 0).all()
    assert mixture.weights.sum() == pytest.approx(1)
    drawn = mixture.sample(1000, np.random.default_rng(0))
    assert drawn.shape == (1000, dimension)
    assert drawn.dtype == np.float32
    assert (drawn == mixture.sample(1000, np.random.default_rng(0))).all()


def test_samples_follow_the_weights_and_the_deviation(mixture):
    size = 200_000
    drawn = mixture.sample(size, np.random.default_rng(1))
    mode, distance = mixture.nearest(drawn)
    share = np.bincount(mode, minlength=len(mixture.weights)) / size
    # Arms' neighbouring modes touch: some points are nearer to the next one.
    np.testing.assert_allclose(share, mixture.weights, rtol=0.3)
    inside = (distance < quality_radius(drawn.shape[1])).mean()
    assert -np.expm1(-4.5) - 0.002 <= inside <= -np.expm1(-4.5) + 0.012
    moment = mixture.weights @ np.square(mixture.means) + mixture.deviation**2
    np.testing.assert_allclose(np.square(drawn.astype(float)).mean(axis=0), moment, rtol=0.02)


def test_the_nearest_mode_is_that_of_a_brute_force(mixture):
    points = np.random.default_rng(2).uniform(-5, 5, (200, mixture.means.shape[1]))
    apart = np.linalg.norm(points[:, None] - mixture.means, axis=2)
    mode, distance = mixture.nearest(points)
    assert (mode == apart.argmin(axis=1)).all()
    np.testing.assert_allclose(distance * mixture.deviation, apart.min(axis=1))


def test_the_published_mixtures_are_those_of_their_source():
    grid, ring = named("grid"), named("ring")
    assert (len(grid.means), grid.deviation) == (25, 0.05)
    assert set(grid.means.ravel()) == {-4, -2, 0, 2, 4}
    assert (len(ring.means), ring.deviation) == (8, 0.01)
    np.testing.assert_allclose(np.linalg.norm(ring.means, axis=1), 1)
    np.testing.assert_allclose(ring.means[2], [0, 1], atol=1e-12)


def test_the_smallest_weight_is_a_fiftieth_of_the_largest():
    weights = named("imbalanced").weights
    assert weights.max() / weights.min() == pytest.approx(50)
    np.testing.assert_allclose(weights[1:] / weights[:-1], weights[1] / weights[0])


def test_arms_have_evenly_spaced_modes_and_the_hundred_are_far_apart():
    spiral, hundred = named("spiral"), named("hundred")
    arms = spiral.means.reshape(2, 40, 2)
    np.testing.assert_allclose(arms[0], -arms[1])
    step = np.linalg.norm(np.diff(arms[0], axis=0), axis=1)
    np.testing.assert_allclose(step, step.mean(), rtol=0.04)  # chords of equal arcs
    assert 3 < step.mean() / spiral.deviation < 4
    apart = np.linalg.norm(hundred.means[:, None] - hundred.means, axis=2)
    assert (apart + 1e9 * np.eye(100)).min() > 35 * hundred.deviation


def test_every_mixture_has_a_label():
    assert set(MIXTURES) == set(LABELS)
