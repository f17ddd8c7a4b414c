"""Where the descent starts: exact on the line, the Gaussian answer elsewhere."""

import numpy as np
import pytest
import torch
from scipy import stats

from aeot.transport.problem import Problem
from aeot.transport.start import start


def cell_edges(y, h):
    """Where neighbouring planes of sorted 1-D points meet."""
    order = np.argsort(y)
    return -np.diff(h[order]) / np.diff(y[order])


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_on_the_line_cells_end_at_the_quantiles_of_the_masses(source):
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(50, 1)).astype(np.float32)
    masses = rng.uniform(0.5, 2, size=50)
    problem = Problem.build(codes, masses, source)
    y = problem.support[:, 0].double().numpy()
    edges = cell_edges(y, start(problem).numpy())
    left = np.cumsum(problem.masses[np.argsort(y)])[:-1]
    law = stats.uniform(-np.sqrt(3), 2 * np.sqrt(3)) if source == "uniform" else stats.norm()
    np.testing.assert_allclose(law.cdf(edges), left, atol=2e-6)


def test_between_gaussians_the_start_is_the_answer():
    # Codes of a wide anisotropic Gaussian: the map is linear, x -> C^(1/2) x.
    rng = np.random.default_rng(1)
    codes = (rng.normal(size=(20_000, 2)) * [3, 0.5]).astype(np.float32)
    problem = Problem.build(codes, None, "gaussian")
    y, h = problem.support.double(), start(problem)
    x = torch.from_numpy(rng.normal(size=(500, 2)))
    mapped = y[(x @ y.T + h).argmax(1)]
    spread = torch.from_numpy(np.cov(y.numpy().T)).diagonal().sqrt()
    assert (mapped - x * spread).norm(dim=1).median() < 0.05


def test_codes_on_a_plane_in_space_have_finite_heights():
    rng = np.random.default_rng(2)
    codes = np.pad(rng.normal(size=(100, 2)), ((0, 0), (0, 6))).astype(np.float32)
    assert start(Problem.build(codes, None, "uniform")).isfinite().all()
