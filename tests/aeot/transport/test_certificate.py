"""The mass error's bounds are valid as often as they say, and its parts are unbiased."""

import math
from itertools import permutations, product
from statistics import NormalDist

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.transport.certificate import (
    GROUPS,
    ChiSquare,
    chance_error,
    chi_square,
    held_out_size,
    mass_error,
    stopping_share,
    variance_factor,
)


def draw(rng, true, size, times=1):
    """Counts of groups of at least `size` samples; within a group each comes `times` times."""
    return times * rng.multinomial(math.ceil(size / (GROUPS * times)), true, size=GROUPS)


def distributions(rng, count):
    nu = rng.dirichlet(np.full(count, 5.0))
    yield nu, nu  # exact transport
    yield nu, (lambda w: w / w.sum())(nu * (1 + 0.05 * rng.normal(size=count)))
    w = nu.copy()
    w[0] = 0  # an empty cell, the rest exact
    yield nu, w / w.sum()
    yield np.full(count, 1 / count), rng.dirichlet(np.full(count, 1.0))


@pytest.mark.long
@pytest.mark.parametrize("times", [1, 8])
@pytest.mark.parametrize("count", [5, 100, 1000])
def test_the_interval_covers_the_true_mass_error(count, times):
    rng = np.random.default_rng(count)
    for nu, true in distributions(rng, count):
        truth, repeats, size = np.abs(true - nu).sum(), 200, times * (40 * count + 1000)
        errors = [mass_error(draw(rng, true, size, times), nu, 0.05) for _ in range(repeats)]
        assert np.mean([e.low <= truth <= e.high for e in errors]) >= 0.93
        assert all(e.low <= e.value <= e.high for e in errors)


@pytest.mark.parametrize("times", [1, 8])
@pytest.mark.parametrize("error", [0.0, 0.3])
def test_chi_square_is_unbiased_and_varies_as_it_says(times, error):
    rng, count = np.random.default_rng(6), 200
    nu = rng.dirichlet(np.full(count, 5.0))
    true = nu * (1 + error * rng.choice([-1, 1], size=count))
    true /= true.sum()
    found = [chi_square(draw(rng, true, times * 20_000, times), nu) for _ in range(400)]
    values = np.array([one.value for one in found])
    truth = ((true - nu) ** 2 / nu).sum()
    assert abs(values.mean() - truth) < 4 * values.std() / 20
    variances = np.array([one.deviation**2 for one in found])
    assert variances.mean() == pytest.approx(values.var(), rel=0.25)
    # Each sample `times` times is worth a `times`-th of as many independent ones.
    inflation = times * math.sqrt(1 + 2 * truth) if error else times
    assert np.mean([one.noise for one in found]) == pytest.approx(inflation, rel=0.12)


def test_the_variance_is_the_square_less_the_products_of_disjoint_pairs():
    rng, nu = np.random.default_rng(7), np.array([0.2, 0.3, 0.1, 0.4])
    shares = rng.dirichlet(np.full(4, 3.0), size=7)
    counts = np.round(1000 * shares)
    x = counts / counts.sum(axis=1, keepdims=True)
    k = (x / nu) @ x.T - 1
    value = np.mean([k[g, h] for g, h in permutations(range(7), 2)])
    disjoint = np.mean([k[g, h] * k[i, j] for g, h, i, j in permutations(range(7), 4)])
    found = chi_square(counts, nu)
    assert found.value == pytest.approx(value, rel=1e-10)
    assert found.deviation**2 == pytest.approx(value**2 - disjoint, rel=1e-8)


@pytest.mark.long
def test_the_upper_bound_solves_its_equation_and_misses_less_often_than_without_it():
    found, z = ChiSquare(0.02, 4e-6, 1e-6, 1.0), 2.0
    u = found.upper(z)
    assert u > found.value
    assert (u - 0.02) ** 2 == pytest.approx(z**2 * (4e-6 * u / 0.02 + 1e-6), rel=1e-9)
    assert ChiSquare(-0.001, 0.0, 1e-6, 1.0).upper(z) == pytest.approx(0.001)
    # Few cells and a clear error: the deviation varies with the estimate.
    rng, nu = np.random.default_rng(10), np.full(40, 1 / 40)
    true = nu * (1 + 0.08 * np.where(np.arange(40) < 4, 9, -1) / 3)
    truth = ((true - nu) ** 2 / nu).sum()
    samples = [draw(rng, true, 4096) for _ in range(3000)]
    bounds = np.array([mass_error(counts, nu, 0.1).high ** 2 for counts in samples])
    found = [chi_square(counts, nu) for counts in samples]
    plain = np.array([at.value + NormalDist().inv_cdf(0.95) * at.deviation for at in found])
    # Asymptotically 0.05 both; here about 0.06 and 0.09.
    assert np.mean(bounds < truth) < 0.075 < np.mean(plain < truth)


@pytest.mark.parametrize("times", [1, 4])
def test_the_variance_factor_is_how_often_each_sample_comes(times):
    nu = np.random.default_rng(8).dirichlet(np.full(500, 5.0))
    counts = draw(np.random.default_rng(9), nu, 100_000, times)
    assert variance_factor(counts, nu) == pytest.approx(times, rel=0.05)


def test_the_point_estimate_has_no_monte_carlo_floor():
    rng, count = np.random.default_rng(0), 2000
    nu = np.full(count, 1 / count)
    true = nu * (1 + 0.05 * rng.normal(size=count))
    true /= true.sum()
    truth = np.abs(true - nu).sum()
    counts = draw(rng, true, 200 * count)  # the plain estimate has a floor of 5.6 %
    plain = np.abs(counts.sum(0) / counts.sum() - nu).sum()
    error = mass_error(counts, nu, 0.05)
    assert abs(error.value - truth) < 0.1 * truth < plain - truth


def test_the_square_of_rms_is_unbiased_around_zero():
    rng, nu = np.random.default_rng(1), np.full(50, 1 / 50)
    estimates = [mass_error(draw(rng, nu, 5000), nu, 0.05).rms for _ in range(300)]
    assert 0.3 < np.mean(np.array(estimates) == 0) < 0.7  # the statistic is as often below zero


def test_empty_cells_are_counted():
    counts = np.array([[3, 0, 1], [2, 0, 2], [3, 0, 1], [1, 0, 3]])
    error = mass_error(counts, np.full(3, 1 / 3), 0.05)
    assert (error.empty, error.samples) == (1, 16)


def test_a_sample_without_collisions_certifies_nothing():
    counts = np.zeros((20, 1000))
    counts[range(20), range(20)] = 1
    assert mass_error(counts, np.full(1000, 1e-3), 0.05).high > 1


def test_one_cell_has_no_error():
    error = mass_error(np.full((4, 1), 10), np.array([1.0]), 0.05)
    assert (error.value, error.low, error.high) == (0, 0, 0)


@pytest.mark.long
@pytest.mark.parametrize(("count", "least"), [(10, 0.8), (100, 0.95), (1000, 0.95)])
def test_the_size_is_enough_to_certify_an_exact_transport(count, least):
    # Chi-square of few cells is skewed: fewer pass than in a normal distribution.
    rng, tolerance, alpha = np.random.default_rng(2), 0.05, 0.025
    nu = np.full(count, 1 / count)
    size = held_out_size(count, tolerance, alpha)
    passed = [mass_error(draw(rng, nu, size), nu, alpha).high <= tolerance for _ in range(200)]
    assert np.mean(passed) > least


@pytest.mark.parametrize("count", [10, 300, 10_000])
@pytest.mark.parametrize("noise", [1.0, 2.0])
def test_no_other_share_needs_less_time_in_all(count, noise):
    tolerance, alpha = 0.05, 0.025
    deviations = NormalDist().inv_cdf(1 - alpha / 2) + 1

    def time(share):  # that of the descent and that of the evaluation, over tolerance^2
        return count / share + noise * deviations * math.sqrt(2 * count) / (1 - share)

    best = stopping_share(count, alpha, noise)
    assert 0 < best < 1
    assert time(best) <= min(time(share) for share in np.linspace(0.01, 0.99, 99))
    assert held_out_size(count, tolerance, alpha) > held_out_size(count, 2 * tolerance, alpha)


@pytest.mark.long
def test_at_the_stopping_share_a_look_passes_more_often_than_not():
    rng, tolerance, alpha, count = np.random.default_rng(4), 0.05, 0.025, 2000
    nu, size = np.full(count, 1 / count), held_out_size(count, tolerance, alpha)
    rms = np.sqrt(0.95 * stopping_share(count, alpha)) * tolerance
    true = nu * (1 + rms * np.where(np.arange(count) % 2, 1, -1))
    passed = [mass_error(draw(rng, true, size), nu, alpha).high <= tolerance for _ in range(200)]
    assert np.mean(passed) > 0.6


@pytest.mark.long
def test_the_size_certifies_a_transport_well_below_the_stopping_share():
    rng, tolerance, alpha, count = np.random.default_rng(3), 0.1, 0.025, 500
    nu, passed = np.full(count, 1 / count), []
    size = held_out_size(count, tolerance, alpha)
    for part in (0.4, 1.4):
        rms = np.sqrt(part * stopping_share(count, alpha)) * tolerance
        true = nu * (1 + rms * np.where(np.arange(count) % 2, 1, -1))
        errors = [mass_error(draw(rng, true, size), nu, alpha) for _ in range(100)]
        passed.append(np.mean([error.high <= tolerance for error in errors]))
    assert passed[0] > 0.9
    assert passed[1] < 0.05


def test_the_raw_error_of_an_exact_transport_is_what_chance_alone_gives():
    rng, nu = np.random.default_rng(4), np.random.default_rng(5).dirichlet(np.full(200, 2.0))
    raws = [mass_error(draw(rng, nu, 5000), nu, 0.05).raw for _ in range(100)]
    assert np.mean(raws) == pytest.approx(chance_error(nu, 5000), rel=0.02)


def test_an_empty_cell_of_little_mass_is_counted_but_cannot_be_certified_away():
    nu = np.array([0.5, 0.5 - 1e-3, 1e-3])
    error = mass_error(np.tile([500, 500, 0], (4, 1)), nu, 0.05)
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
