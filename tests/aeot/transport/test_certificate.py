"""The mass error's bounds hold as often as they say, and its parts are unbiased."""

import numpy as np
import pytest

from aeot.transport.certificate import held_out_size, mass_error


def draw(rng, true, size):
    return rng.multinomial(size // 2, true).astype(float), rng.multinomial(
        size - size // 2, true
    ).astype(float)


def laws(rng, count):
    nu = rng.dirichlet(np.full(count, 5.0))
    yield nu, nu  # exact transport
    yield nu, (lambda w: w / w.sum())(nu * (1 + 0.05 * rng.normal(size=count)))
    w = nu.copy()
    w[0] = 0  # an empty cell, the rest exact
    yield nu, w / w.sum()
    yield np.full(count, 1 / count), rng.dirichlet(np.full(count, 1.0))


@pytest.mark.parametrize("count", [5, 100, 1000])
def test_the_interval_covers_the_true_mass_error(count):
    rng = np.random.default_rng(count)
    for nu, true in laws(rng, count):
        truth, repeats = np.abs(true - nu).sum(), 200
        errors = [mass_error(*draw(rng, true, 40 * count + 1000), nu, 0.05) for _ in range(repeats)]
        assert np.mean([e.low <= truth <= e.high for e in errors]) >= 0.93
        assert all(e.low <= e.value <= e.high for e in errors)


def test_the_point_estimate_has_no_monte_carlo_floor():
    rng, count = np.random.default_rng(0), 2000
    nu = np.full(count, 1 / count)
    true = nu * (1 + 0.05 * rng.normal(size=count))
    true /= true.sum()
    truth = np.abs(true - nu).sum()
    halves = draw(rng, true, 200 * count)  # the plain estimate has a floor of 5.6 %
    plain = np.abs(sum(halves) / sum(h.sum() for h in halves) - nu).sum()
    error = mass_error(*halves, nu, 0.05)
    assert abs(error.value - truth) < 0.1 * truth < plain - truth


def test_the_square_of_rms_is_unbiased_around_zero():
    rng, nu = np.random.default_rng(1), np.full(50, 1 / 50)
    looks = [mass_error(*draw(rng, nu, 5000), nu, 0.05).rms for _ in range(300)]
    assert 0.3 < np.mean(np.array(looks) == 0) < 0.7  # the statistic is as often below zero


def test_empty_cells_are_counted():
    error = mass_error(np.array([5.0, 0, 3]), np.array([4.0, 0, 2]), np.full(3, 1 / 3), 0.05)
    assert (error.empty, error.samples) == (1, 14)


def test_one_cell_has_no_error():
    error = mass_error(np.array([10.0]), np.array([12.0]), np.array([1.0]), 0.05)
    assert (error.value, error.low, error.high) == (0, 0, 0)


@pytest.mark.parametrize("count", [10, 1000])
def test_the_size_is_enough_to_certify_an_exact_transport(count):
    rng, tolerance, alpha = np.random.default_rng(2), 0.05, 0.025
    nu = np.full(count, 1 / count)
    size = held_out_size(count, tolerance, alpha)
    passed = [mass_error(*draw(rng, nu, size), nu, alpha).high <= tolerance for _ in range(50)]
    assert np.mean(passed) > 0.95
