"""The sparse Hessian against closed forms, finite differences and a dense solve."""

import numpy as np
import torch

from aeot.transport.cells import Planes
from aeot.transport.newton import FacetWeights


def estimate(y, h, x):
    support = torch.from_numpy(y).float()
    planes = Planes(support)
    planes.set_heights(torch.from_numpy(h))
    facets = FacetWeights(support)
    facets.update(*planes.best_two(x), memory=0.9)
    return facets, planes


def dense(facets):
    matrix = np.zeros((facets.size, facets.size))
    i, j = facets.keys.numpy() // facets.size, facets.keys.numpy() % facets.size
    matrix[i, j] = matrix[j, i] = (facets.values / facets.samples).numpy()
    return np.diag(matrix.sum(1)) - matrix


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


def test_the_direction_solves_the_ridged_system():
    rng = np.random.default_rng(2)
    y = rng.normal(size=(40, 3))
    facets, _ = estimate(y, -(y**2).sum(1) / 2, torch.randn(20_000, 3, dtype=torch.float64))
    gradient = torch.from_numpy(rng.normal(size=40))
    gradient -= gradient.mean()
    laplacian = dense(facets)
    degree = laplacian.diagonal()
    ridge = 0.02 * degree.mean() + np.maximum(0.25 * degree.mean() - degree, 0)
    expected = np.linalg.solve(laplacian + np.diag(ridge), gradient.numpy())
    found = facets.direction(gradient, tolerance=1e-10, steps=500).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_older_batches_are_forgotten_at_the_stated_rate():
    y = np.random.default_rng(3).normal(size=(10, 2))
    facets, planes = estimate(y, np.zeros(10), torch.rand(1000, 2))
    facets.update(*planes.best_two(torch.rand(500, 2)), memory=0.5)
    assert facets.samples == 1000 * 0.5 + 500
    assert (facets.keys.diff() > 0).all()  # every pair once


def test_the_lightest_pairs_go_when_there_are_too_many():
    facets = FacetWeights(torch.rand(100, 2))
    keys = torch.arange(64 * 100 + 50)
    facets.keys, facets.values = keys, torch.arange(1.0, len(keys) + 1, dtype=torch.float64)
    facets._prune()
    assert torch.equal(facets.keys, keys[50:])
