"""The mass error's bounds are valid as often as they say, and its parts are unbiased."""

import math
from itertools import product
from statistics import NormalDist

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.transport.certificate import chance_error, held_out_size, mass_error, stopping_share


def draw(rng, true, size):
    return rng.multinomial(size // 2, true).astype(float), rng.multinomial(
        size - size // 2, true
    ).astype(float)


def distributions(rng, count):
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
    for nu, true in distributions(rng, count):
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
    estimates = [mass_error(*draw(rng, nu, 5000), nu, 0.05).rms for _ in range(300)]
    assert 0.3 < np.mean(np.array(estimates) == 0) < 0.7  # the statistic is as often below zero


def test_empty_cells_are_counted():
    error = mass_error(np.array([5.0, 0, 3]), np.array([4.0, 0, 2]), np.full(3, 1 / 3), 0.05)
    assert (error.empty, error.samples) == (1, 14)


def test_a_sample_without_collisions_certifies_nothing():
    first, second = np.zeros(1000), np.zeros(1000)
    first[:10], second[10:20] = 1, 1
    assert mass_error(first, second, np.full(1000, 1e-3), 0.05).high > 1


def test_one_cell_has_no_error():
    error = mass_error(np.array([10.0]), np.array([12.0]), np.array([1.0]), 0.05)
    assert (error.value, error.low, error.high) == (0, 0, 0)


@pytest.mark.parametrize(("count", "least"), [(10, 0.8), (100, 0.95), (1000, 0.95)])
def test_the_size_is_enough_to_certify_an_exact_transport(count, least):
    # Chi-square of few cells is skewed: fewer pass than in a normal distribution.
    rng, tolerance, alpha = np.random.default_rng(2), 0.05, 0.025
    nu = np.full(count, 1 / count)
    size = held_out_size(count, tolerance, alpha)
    passed = [mass_error(*draw(rng, nu, size), nu, alpha).high <= tolerance for _ in range(200)]
    assert np.mean(passed) > least


@pytest.mark.parametrize("count", [10, 300, 10_000])
@pytest.mark.parametrize("relative_cost", [1.0, 8.0])
def test_no_other_share_needs_less_time_in_all(count, relative_cost):
    tolerance, alpha = 0.05, 0.025
    deviations = NormalDist().inv_cdf(1 - alpha / 2) + 1

    def time(share):  # that of the descent and that of the evaluation, over tolerance^2
        return count / share + relative_cost * deviations * math.sqrt(2 * count) / (1 - share)

    best = stopping_share(count, alpha, relative_cost)
    assert 0 < best < 1
    assert time(best) <= min(time(share) for share in np.linspace(0.01, 0.99, 99))
    assert held_out_size(count, tolerance, alpha) > held_out_size(count, 2 * tolerance, alpha)


def test_at_the_stopping_share_a_look_passes_more_often_than_not():
    rng, tolerance, alpha, count = np.random.default_rng(4), 0.05, 0.025, 2000
    nu, size = np.full(count, 1 / count), held_out_size(count, tolerance, alpha)
    rms = np.sqrt(0.95 * stopping_share(count, alpha)) * tolerance
    true = nu * (1 + rms * np.where(np.arange(count) % 2, 1, -1))
    passed = [mass_error(*draw(rng, true, size), nu, alpha).high <= tolerance for _ in range(200)]
    assert np.mean(passed) > 0.6


def test_the_size_certifies_a_transport_well_below_the_stopping_share():
    rng, tolerance, alpha, count = np.random.default_rng(3), 0.1, 0.025, 500
    nu, passed = np.full(count, 1 / count), []
    size = held_out_size(count, tolerance, alpha)
    for part in (0.4, 1.4):
        rms = np.sqrt(part * stopping_share(count, alpha)) * tolerance
        true = nu * (1 + rms * np.where(np.arange(count) % 2, 1, -1))
        errors = [mass_error(*draw(rng, true, size), nu, alpha) for _ in range(100)]
        passed.append(np.mean([error.high <= tolerance for error in errors]))
    assert passed[0] > 0.9
    assert passed[1] < 0.05


def test_the_raw_error_of_an_exact_transport_is_what_chance_alone_gives():
    rng, nu = np.random.default_rng(4), np.random.default_rng(5).dirichlet(np.full(200, 2.0))
    raws = [mass_error(*draw(rng, nu, 5000), nu, 0.05).raw for _ in range(100)]
    assert np.mean(raws) == pytest.approx(chance_error(nu, 5000), rel=0.02)


def test_an_empty_cell_of_little_mass_is_counted_but_cannot_be_certified_away():
    nu = np.array([0.5, 0.5 - 1e-3, 1e-3])
    error = mass_error(np.array([500.0, 500, 0]), np.array([500.0, 500, 0]), nu, 0.05)
    assert error.empty == 1
    assert error.high >= math.sqrt(1e-3) * 0.9  # the root mean square of one cell at -100 %


def by_enumeration(masses, samples):
    """Mean of sum_i |w_i - p_i| over all sequences of `samples` draws."""
    total = 0.0
    for draw in product(range(len(masses)), repeat=samples):
        share = np.bincount(draw, minlength=len(masses)) / samples
        total += np.prod(np.take(masses, draw)) * np.abs(share - masses).sum()
    return total


@pytest.mark.parametrize("masses", [[0.5, 0.5], [0.2, 0.3, 0.5], [0.98, 0.02]])
@pytest.mark.parametrize("samples", [1, 2, 5])
def test_chance_error_equals_the_enumeration(masses, samples):
    expected = by_enumeration(np.array(masses), samples)
    assert chance_error(np.array(masses), samples) == pytest.approx(expected, rel=1e-10)


def test_chance_error_tends_to_the_normal_distribution():
    n, samples = 1000, 10**9
    expected = math.sqrt(2 * (n - 1) / (math.pi * samples))
    assert chance_error(np.full(n, 1 / n), samples) == pytest.approx(expected, rel=1e-4)


def test_chance_error_of_one_sample_and_of_one_cell():
    assert chance_error(np.full(50, 0.02), 1) == pytest.approx(2 * (1 - 0.02))
    assert chance_error(np.array([1.0]), 7) == 0.0


def test_chance_error_refuses_empty_cells_and_no_samples():
    for masses, samples in ([[0.0, 1.0], 5], [[0.5, 0.5], 0]):
        with pytest.raises(InputError, match="positive masses"):
            chance_error(np.array(masses), samples)
