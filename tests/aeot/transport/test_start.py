"""What is solved without samples, and where the descent starts."""

import numpy as np
import pytest
import torch
from scipy import stats

from aeot.transport import planar
from aeot.transport import start as module
from aeot.transport.problem import Problem
from aeot.transport.start import exact, start

HALF = np.sqrt(3)  # the standard uniform distribution's


def cell_edges(y, h):
    """Where neighbouring planes of sorted 1-D points meet."""
    order = np.argsort(y)
    return -np.diff(h[order]) / np.diff(y[order])


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_on_the_line_cells_end_at_the_quantiles_of_the_masses(source):
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(50, 1)).astype(np.float32)
    problem = Problem.build(codes, rng.uniform(0.5, 2, size=50), source)
    method, heights = exact(problem)
    assert method == "closed form"
    y = problem.support[:, 0].double().numpy()
    left = np.cumsum(problem.masses[np.argsort(y)])[:-1]
    distribution = stats.uniform(-HALF, 2 * HALF) if source == "uniform" else stats.norm()
    np.testing.assert_allclose(distribution.cdf(cell_edges(y, heights.numpy())), left, atol=2e-6)


@pytest.mark.parametrize("weights", [(1, 0), (0.8, 0.6), (3, -1)])
def test_on_a_line_in_the_plane_cells_end_at_the_quantiles_of_the_projected_square(
    weights, monkeypatch
):
    # The projection of the square's distribution is a sum of two uniform ones: a trapezoid.
    monkeypatch.setattr(module, "_QUANTILES", 1 << 20)
    axis = np.array(weights) / np.linalg.norm(weights)
    rng = np.random.default_rng(1)
    codes = (rng.normal(size=(40, 1)) * axis).astype(np.float32)
    problem = Problem.build(codes, rng.uniform(0.5, 2, size=40), "uniform")
    method, heights = exact(problem)
    assert method == "quantiles"
    y, turned = problem.support[:, 0].double().numpy(), problem.axes[:, 0].double().numpy()
    edges = cell_edges(y, heights.numpy())
    long, short = np.sort(np.abs(turned))[::-1] * HALF
    if short < 1e-5:
        cdf = stats.uniform(-long, 2 * long).cdf(edges)
    else:  # convolution of both densities
        both = long + short
        cdf = stats.trapezoid(short / both, long / both, -both, 2 * both).cdf(edges)
    left = np.cumsum(problem.masses[np.argsort(y)])[:-1]
    np.testing.assert_allclose(cdf, left, atol=1e-4)


@pytest.mark.parametrize("kind", ["equal", "dirichlet"])
def test_on_the_square_every_cell_has_its_area(kind):
    rng = np.random.default_rng(2)
    codes = (rng.normal(size=(60, 2)) * [1, 30] + 100).astype(np.float32)
    masses = None if kind == "equal" else rng.dirichlet(np.full(60, 1.0))
    problem = Problem.build(codes, masses, "uniform")
    method, heights = exact(problem)
    assert method == "power diagram"
    given = problem.heights_of_codes(heights.numpy())
    areas = planar.power_diagram(codes.astype(float), given).masses
    np.testing.assert_allclose(areas, problem.masses, atol=1e-6)


def test_one_point_has_height_zero():
    method, heights = exact(Problem.build(np.ones((5, 3), np.float32), None, "uniform"))
    assert method == "closed form"
    assert heights.tolist() == [0]


@pytest.mark.parametrize(("d", "source"), [(2, "gaussian"), (3, "uniform"), (7, "gaussian")])
def test_what_only_a_descent_can_tell_is_left_to_it(d, source):
    codes = np.random.default_rng(3).normal(size=(30, d)).astype(np.float32)
    assert exact(Problem.build(codes, None, source)) is None


def test_a_square_that_newton_cannot_solve_is_left_to_the_descent(monkeypatch):
    def fail(*args):
        raise planar.NotSolvable("too close")

    monkeypatch.setattr(module, "solve_square", fail)
    codes = np.random.default_rng(4).normal(size=(30, 2)).astype(np.float32)
    assert exact(Problem.build(codes, None, "uniform")) is None
    monkeypatch.setattr(module, "_PLANAR_LIMIT", 29)
    assert exact(Problem.build(codes, None, "uniform")) is None


def test_between_gaussians_the_start_is_the_answer():
    # Codes of a wide anisotropic Gaussian: the map is linear, x -> C^(1/2) x.
    rng = np.random.default_rng(1)
    codes = (rng.normal(size=(20_000, 2)) * [3, 0.5]).astype(np.float32)
    problem = Problem.build(codes, None, "gaussian")
    y, h = problem.support.double(), start(problem)
    x = torch.from_numpy(rng.normal(size=(500, 2)))
    mapped = y[(x @ y.T + h).argmax(1)]
    spread = torch.from_numpy(np.cov(y.numpy().T)).diagonal().sqrt()
    # Points beyond 3 scales count as nearer, which costs the wide direction 2 % of its spread.
    assert (mapped - x * spread).norm(dim=1).median() < 0.08


def test_the_start_is_the_conjugate_of_the_gaussian_potential():
    codes = np.random.default_rng(5).normal(size=(5000, 3)).astype(np.float32)
    codes = np.clip(codes, -2, 2)  # nothing to draw in
    masses = np.random.default_rng(6).uniform(1, 2, size=5000)
    problem = Problem.build(codes, masses, "gaussian")
    y, nu = problem.support.double().numpy(), problem.masses
    mean = nu @ y
    root = np.linalg.cholesky(np.cov(y.T, aweights=nu, bias=True))
    variances, axes = np.linalg.eigh(root @ root.T)
    inverse = axes @ np.diag(variances**-0.5) @ axes.T
    expected = -np.einsum("ij,jk,ik->i", y - mean, inverse, y - mean) / 2
    expected -= nu @ expected
    np.testing.assert_allclose(start(problem).numpy(), expected, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("far", [10, 1e3, 1e6])
def test_an_outlier_is_drawn_in_to_where_the_source_is(far):
    rng = np.random.default_rng(7)
    codes = rng.normal(size=(500, 4)).astype(np.float32)
    codes[0] *= far / np.linalg.norm(codes[0])
    problem = Problem.build(codes, None, "gaussian")
    y, h = problem.support.double().numpy(), start(problem).numpy()
    assert np.isfinite(h).all()
    # Its plane is highest somewhere along its direction, not at the centre, and not only at 1e6.
    direction = y[0] / np.linalg.norm(y[0])
    reach = np.linspace(0, 20, 401)
    on_top = ((reach[:, None] * direction) @ y.T + h).argmax(1) == 0
    assert on_top.any()
    assert not on_top[0]
    assert 1 < reach[on_top][0] < 8


def test_codes_on_a_plane_in_space_have_finite_heights():
    rng = np.random.default_rng(2)
    codes = np.pad(rng.normal(size=(100, 2)), ((0, 0), (0, 6))).astype(np.float32)
    assert start(Problem.build(codes, None, "uniform")).isfinite().all()
