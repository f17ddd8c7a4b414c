"""Standard coordinates and back, merged duplicates, dropped directions, and masses."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.transport.problem import (
    Problem,
    bulk,
    check_masses,
    precision,
    spreads,
    standardisation,
)


def test_standardised_codes_have_mean_zero_and_mean_variance_one():
    codes = (np.random.default_rng(0).normal(size=(500, 3)) * [1, 2, 3] + 5).astype(np.float32)
    mean, scale = standardisation(codes)
    z = (codes - mean) / scale
    np.testing.assert_allclose(z.mean(0), 0, atol=1e-6)
    np.testing.assert_allclose(z.var(0).mean(), 1, rtol=1e-6)
    np.testing.assert_allclose(z.var(0) / z.var(0)[0], codes.var(0) / codes.var(0)[0], rtol=1e-5)


def test_codes_that_are_all_alike_have_scale_one():
    assert standardisation(np.full((4, 2), 3, np.float32))[1] == 1


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_heights_of_the_codes_give_the_cells_of_the_standard_problem(source):
    rng = np.random.default_rng(1)
    codes = (rng.normal(size=(40, 3)) * 7 + 3).astype(np.float32)
    problem = Problem.build(codes, None, source)
    heights = rng.normal(size=40) * 0.3
    x = problem.source.sample(2000, torch.Generator().manual_seed(0))
    standard = problem.source.standard(x).double() @ problem.support.double().T
    inner = (standard + torch.from_numpy(heights)).argmax(1).numpy()
    given = x.double().numpy() @ codes.T.astype(float) + problem.heights_of_codes(heights)
    assert (problem.groups[given.argmax(1)] == inner).mean() > 0.999


def test_equal_codes_are_merged_and_their_masses_added():
    codes = np.array([[0.0, 1], [2, 3], [0, 1], [4, 5]], np.float32)
    problem = Problem.build(codes, np.array([1.0, 2, 3, 4]), "uniform")
    assert len(problem.support) == 3
    assert problem.groups[0] == problem.groups[2]
    np.testing.assert_allclose(problem.masses[problem.groups], [0.4, 0.2, 0.4, 0.4])


@pytest.mark.parametrize(
    ("masses", "words"),
    [
        ([1, 2], "shape"),
        ([1, 0, 1], "positive"),
        ([1, np.nan, 1], "finite"),
        ([-1, 2, 1], "positive"),
    ],
)
def test_masses_that_do_not_fit_are_named(masses, words):
    with pytest.raises(InputError, match=words):
        check_masses(np.array(masses, float), 3)


def test_masses_are_normalised():
    np.testing.assert_allclose(check_masses(np.array([1.0, 3.0]), 2), [0.25, 0.75])
    np.testing.assert_allclose(check_masses(None, 4), 0.25)


def on_a_plane(count=80, d=9, rank=3, seed=4):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, rank)) @ rng.normal(size=(rank, d)) + 3).astype(np.float32)


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_fewer_directions_give_the_cells_of_all_of_them(source):
    codes = on_a_plane()
    problem = Problem.build(codes, None, source)
    rank = problem.support.shape[1]
    assert 3 <= rank < 9
    assert problem.axes.shape == (9, rank)
    torch.testing.assert_close(problem.axes.T @ problem.axes, torch.eye(rank).to(problem.axes))
    heights = np.random.default_rng(5).normal(size=80) * 0.3
    x = problem.source.sample(2000, torch.Generator().manual_seed(0))
    standard = problem.project(problem.source.standard(x)).double()
    assert standard.shape == (2000, rank)
    inner = (standard @ problem.support.double().T + torch.from_numpy(heights)).argmax(1).numpy()
    given = x.double().numpy() @ codes.T.astype(float) + problem.heights_of_codes(heights)
    assert (given.argmax(1) == inner).mean() > 0.999


def test_codes_on_a_line_keep_one_direction():
    problem = Problem.build(on_a_plane(rank=1), None, "gaussian")
    assert problem.support.shape == (80, 1)
    x = torch.randn(50_000, 9, generator=torch.Generator().manual_seed(1))
    assert abs(float(problem.project(x).std()) - 1) < 0.02


def test_full_rank_keeps_the_coordinates():
    codes = np.random.default_rng(6).normal(size=(100, 4)).astype(np.float32)
    problem = Problem.build(codes, None, "uniform")
    assert problem.axes is None
    x = torch.rand(5, 4)
    assert problem.project(x) is x


@pytest.mark.parametrize("far", [1e3, 1e6, 1e9])
def test_outliers_change_neither_centre_nor_scale_of_the_others(far):
    codes = np.random.default_rng(7).normal(size=(200, 5)).astype(np.float32)
    plain = Problem.build(codes, None, "uniform")
    spoilt = codes.copy()
    spoilt[:4] *= far
    other = Problem.build(spoilt, None, "uniform")
    assert other.scale == pytest.approx(plain.scale, rel=0.1)
    assert len(other.support) == 200  # none is merged with another
    assert (other.support[4:] - plain.support[4:]).abs().max() < 0.3


def test_the_bulk_is_the_code_next_to_the_median_and_the_median_distance():
    rng = np.random.default_rng(8)
    codes = rng.normal(size=(101, 3)).astype(np.float32)
    centre, radius = bulk(codes)
    apart = np.linalg.norm(codes - np.median(codes, axis=0), axis=1)
    np.testing.assert_array_equal(centre, codes[apart.argmin()])
    np.testing.assert_allclose(radius, np.median(np.linalg.norm(codes - centre, axis=1)))
    assert bulk(np.full((3, 2), 4, np.float32)) == (pytest.approx([4, 4]), 1.0)
    mostly = np.zeros((10, 2), np.float32)
    mostly[0] = 3, 4
    assert bulk(mostly)[1] == pytest.approx(np.sqrt(2.5))


def test_spreads_are_the_covariance_of_points_within_three_radii():
    codes = (np.random.default_rng(9).normal(size=(500, 3)) * [1, 2, 4]).astype(np.float32)
    variances, axes = spreads(codes, np.zeros(3), 1e9)
    covariance = np.cov(codes.T.astype(float), bias=True)
    found = axes @ np.diag(variances) @ axes.T
    np.testing.assert_allclose(found, covariance, rtol=1e-4, atol=1e-6)
    assert (np.diff(variances) >= 0).all()
    far = np.vstack([codes, np.full((1, 3), 1e6, np.float32)])
    assert spreads(far, np.zeros(3), 4.0)[0][-1] < 1.5 * variances[-1]


@pytest.mark.parametrize(
    ("variances", "dtype"),
    [
        ([1.0], torch.float64),
        ([1, 1, 1], torch.float64),
        ([1, 1, 1, 1], torch.float32),
        ([1e-3] * 100 + [1.0], torch.float64),  # effectively a line
        ([0.0, 0.0], torch.float64),
        ([1.0] * 64, torch.float32),
    ],
)
def test_few_effective_directions_take_double_precision(variances, dtype):
    assert precision(np.array(variances, float)) == dtype
    assert precision(1e-6 * np.array(variances, float)) == dtype  # whatever the unit


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_energy_of_the_codes_is_that_of_the_heights_of_the_codes(source):
    rng = np.random.default_rng(10)
    codes = (rng.normal(size=(30, 3)) * 5 + 7).astype(np.float32)
    masses = rng.dirichlet(np.full(30, 2.0))
    problem = Problem.build(codes, masses, source)
    heights = rng.normal(size=30)
    x = problem.source.sample(20_000, torch.Generator().manual_seed(2)).double()
    x = torch.cat([x, 2 * problem.source.centre - x])  # of mean exactly c
    standard = problem.source.standard(x) @ problem.support.double().T + torch.from_numpy(heights)
    inner = float(standard.amax(1).mean()) - problem.masses @ heights
    given = problem.heights_of_codes(heights)
    outer = (x.numpy() @ codes.T.astype(float) + given).max(1).mean() - masses @ given
    assert problem.energy_of_codes(inner) == pytest.approx(outer, rel=1e-6)
