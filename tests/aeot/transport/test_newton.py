"""The sparse Hessian against closed forms, finite differences and dense solves."""

import numpy as np
import pytest
import torch

from aeot.transport.cells import Planes
from aeot.transport.clusters import find_clusters
from aeot.transport.newton import FacetWeights, _conjugate_gradients, _Matrix, quantile


def estimate(y, h, x):
    support = torch.from_numpy(y)
    masses = torch.full((len(y),), 1 / len(y), dtype=torch.float64)
    planes = Planes(support)
    planes.set_heights(torch.from_numpy(h))
    facets = FacetWeights(support, masses, find_clusters(Planes(support)))
    facets.update(*planes.best_two(x), len(x), memory=0.9)
    return facets, planes


def laplacian(size, i, j, weight):
    matrix = np.zeros((size, size))
    np.add.at(matrix, (i, j), weight)
    np.add.at(matrix, (j, i), weight)
    return np.diag(matrix.sum(1)) - matrix


def dense(facets):
    i, j = facets.keys.numpy() // facets.size, facets.keys.numpy() % facets.size
    return laplacian(facets.size, i, j, (facets.values / facets.samples).numpy())


def dense_matrix(matrix):
    found = laplacian(
        len(matrix.diagonal), *(t.numpy() for t in (matrix.i, matrix.j, matrix.weight))
    )
    np.fill_diagonal(found, matrix.diagonal.numpy())
    return found


def test_two_cells_of_the_square_share_a_facet_of_known_weight():
    # The facet is the middle line of [0, 1]^2: length 1, |y_1 - y_2| = 0.5, so the weight is 2.
    y, h = np.array([[0.0, 0.0], [0.5, 0.0]]), np.array([0.0, -0.25])
    facets, _ = estimate(y, h, torch.rand(200_000, 2, generator=torch.manual_seed(0)))
    np.testing.assert_allclose(dense(facets), [[2, -2], [-2, 2]], rtol=0.02)


def test_the_hessian_is_the_derivative_of_the_masses():
    rng = np.random.default_rng(0)
    y, h = rng.normal(size=(6, 2)), np.zeros(6)
    h -= (y**2).sum(1) / 4  # every cell is met
    x = torch.rand(400_000, 2, dtype=torch.float64, generator=torch.manual_seed(1)) - 0.5
    facets, planes = estimate(y, h, x)
    step, derivative = 0.02, np.zeros((6, 6))
    for k in range(6):
        sides = []
        for sign in (1, -1):
            moved = h.copy()
            moved[k] += sign * step
            planes.set_heights(torch.from_numpy(moved))
            sides.append(np.bincount(planes.best(x).numpy(), minlength=6) / len(x))
        derivative[k] = (sides[0] - sides[1]) / (2 * step)
    # The strip beside a facet is 30 % of the samples wide: corners cost some per cent.
    np.testing.assert_allclose(dense(facets), derivative, atol=0.06 * np.abs(derivative).max())


def crowd(twins, seed=2, count=40, d=5):
    """Points with or without twins at a relative distance of 1e-3, and their facets."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(count, d))
    if twins:
        y[-12:] = y[:12] + 1e-3 * rng.normal(size=(12, d)) / d**0.5
        y[-12:-8] = y[0] + 1e-3 * rng.normal(size=(4, d))  # a cluster of five
    x = torch.randn(20_000, d, dtype=torch.float64, generator=torch.manual_seed(seed))
    return estimate(y, -(y**2).sum(1) / 2, x)[0]


def gradient(count=40, seed=3):
    g = np.random.default_rng(seed).normal(size=count)
    return torch.from_numpy(g - g.mean())


@pytest.mark.parametrize("twins", [False, True])
def test_the_direction_solves_the_ridged_system(twins):
    facets = crowd(twins)
    expected = np.linalg.solve(dense_matrix(_Matrix(facets)), gradient().numpy())
    found = facets.direction(gradient(), tolerance=1e-12, steps=2000).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("twins", [False, True])
def test_a_factorisation_solves_the_same_system(twins):
    matrix = _Matrix(crowd(twins))
    expected = np.linalg.solve(dense_matrix(matrix), gradient().numpy())
    np.testing.assert_allclose(matrix.factorised(gradient()), expected, rtol=1e-8)


@pytest.mark.parametrize("outlier", [1, 100])
def test_the_ridge_is_a_fiftieth_of_the_mean_degree_and_lifts_small_ones(outlier):
    rng = np.random.default_rng(5)
    y = rng.normal(size=(40, 5))
    y[0] *= outlier
    x = torch.randn(5000, 5, dtype=torch.float64, generator=torch.manual_seed(0))
    facets = estimate(y, -(y**2).sum(1) / 2, x)[0]
    apart = np.linalg.norm(y[:, None] - y, axis=2)
    apart = np.where(np.eye(40), np.inf, apart).min(axis=1)
    usual = np.median(apart)
    assert (apart[0] > 4 * usual) == (outlier > 1)
    degree = dense(facets).diagonal()
    # Weights go like 1 / distance; an outlier's are less, and so is its share.
    mean = (degree * np.minimum(apart, usual)).mean()
    least = mean / np.maximum(usual, apart / 4)
    expected = degree + 0.02 * least + np.maximum(0.25 * least - degree, 0)
    np.testing.assert_allclose(_Matrix(facets).diagonal, expected)


def test_clusters_make_conjugate_gradients_short():
    facets, target = crowd(twins=True), gradient()
    matrix = _Matrix(facets)
    assert matrix.cluster is not None
    assert (matrix.cluster[0] == matrix.cluster[-12:-8]).all()  # the five
    assert len(matrix.cluster.unique()) == 28
    exact = np.linalg.solve(dense_matrix(matrix), target.numpy())

    def left(steps, cluster):
        matrix.cluster = cluster
        found = _conjugate_gradients(matrix, target, 0.0, steps).numpy()
        return np.abs(found - exact).max() / np.abs(exact).max()

    whole = matrix.cluster
    assert left(30, whole) < 0.1 * left(30, None)


def test_preconditioning_is_symmetric_and_positive():
    matrix = _Matrix(crowd(twins=True))
    inverse = np.stack([matrix.precondition(row).numpy() for row in torch.eye(40).double()])
    np.testing.assert_allclose(inverse, inverse.T, rtol=1e-9)
    assert np.linalg.eigvalsh(inverse).min() > 0


def test_twins_have_a_facet_even_if_no_sample_showed_it():
    rng = np.random.default_rng(5)
    y = rng.normal(size=(30, 4))
    y[29] = y[0] + 1e-4
    h = -(y**2).sum(1) / 2
    h[29] -= 1.0  # buried: no sample has it on top or second
    x = torch.randn(3000, 4, dtype=torch.float64, generator=torch.manual_seed(0))
    matrix = _Matrix(estimate(y, h, x)[0])
    assert dense_matrix(matrix)[29, 0] < 0


def test_older_batches_are_forgotten_at_the_stated_rate():
    y = np.random.default_rng(3).normal(size=(10, 2))
    first, second = torch.rand(2, 1000, 2, generator=torch.manual_seed(0)).double()
    alone, planes = estimate(y, np.zeros(10), first)
    other = estimate(y, np.zeros(10), second[:500])[0]
    both = estimate(y, np.zeros(10), first)[0]
    both.update(*planes.best_two(second[:500]), 500, memory=0.5)
    assert both.samples == 1000 * 0.5 + 500
    expected = (dense(alone) * 500 + dense(other) * 500) / 1000
    np.testing.assert_allclose(dense(both), expected)


def test_clearing_changes_nothing_but_the_room():
    facets = crowd(twins=False)
    facets.keys, facets.values = facets.keys.repeat(3), facets.values.repeat(3)
    before = dense(facets)
    facets._clear()
    np.testing.assert_allclose(dense(facets), before)
    assert (facets.keys.diff() > 0).all()  # every pair once
    assert facets.distinct == len(facets.keys) == len(facets.values)


def test_the_lightest_pairs_go_when_there_are_too_many():
    size = 100
    support, masses = torch.rand(size, 2), torch.full((size,), 0.01, dtype=torch.float64)
    facets = FacetWeights(support, masses, find_clusters(Planes(support)))
    i, j = torch.triu_indices(size, size, 1)
    keys = (i * size + j).sort().values
    facets.keys, facets.values = keys, torch.arange(1.0, len(keys) + 1, dtype=torch.float64)
    facets._clear()
    assert torch.equal(facets.keys, keys[-16 * size :])


@pytest.mark.parametrize("size", [1, 100, 70_000, 1 << 20])
def test_the_quantile_of_many_values_is_that_of_values_spread_over_them(size):
    values = torch.arange(float(size))  # sorted: a part from the front would not do
    assert float(quantile(values, 0.9)) == pytest.approx(0.9 * (size - 1), rel=1e-3)
