"""The entropic map: its formula, its limits, and a plan that an independent iteration finds."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.transport import TransportMap


@pytest.fixture
def transport():
    rng = np.random.default_rng(0)
    support = (rng.normal(size=(40, 3)) + 30).astype(np.float32)  # far from the origin
    masses = rng.dirichlet(np.full(40, 2.0))
    return TransportMap(support, rng.normal(size=40), masses, "gaussian")


def written_out(transport, x, epsilon):
    """The weighted mean, term by term."""
    scores = x @ transport.support.T.astype(float) + transport.heights
    weights = transport.masses * np.exp((scores - scores.max(1, keepdims=True)) / epsilon)
    return weights @ transport.support / weights.sum(1, keepdims=True)


@pytest.mark.parametrize("epsilon", [0.05, 1.0, 20.0])
def test_it_is_the_weighted_mean_written_out(transport, epsilon, monkeypatch):
    monkeypatch.setattr("aeot.transport.soft._SCORES", 40 * 70)  # in several tiles
    x = np.random.default_rng(1).normal(size=(200, 3))
    found = transport.soft(x, epsilon)
    assert isinstance(found, np.ndarray) and found.dtype == np.float32
    np.testing.assert_allclose(found, written_out(transport, x, epsilon), rtol=1e-6)
    tensor = transport.soft(torch.from_numpy(x), epsilon)
    assert isinstance(tensor, torch.Tensor)
    np.testing.assert_array_equal(tensor.numpy(), found)


def test_small_epsilon_gives_the_map_and_large_epsilon_the_mean(transport):
    x = np.random.default_rng(2).normal(size=(500, 3))
    close = np.abs(transport.soft(x, 1e-6) - transport.map(x)).max(1)
    assert (close < 1e-4).mean() > 0.995  # but at facets
    mean = transport.masses @ transport.support
    np.testing.assert_allclose(transport.soft(x, 1e7), np.tile(mean, (500, 1)), rtol=1e-5)
    assert transport.soft(x[:0], 1.0).shape == (0, 3)


def test_two_codes_on_a_line_give_a_logistic_function():
    transport = TransportMap(
        np.array([[-1.0], [1]], np.float32), np.zeros(2), np.full(2, 0.5), "gaussian"
    )
    x = np.linspace(-2, 2, 9)[:, None]
    np.testing.assert_allclose(transport.soft(x, 0.5), np.tanh(x / 0.5), atol=1e-6)


def test_at_sinkhorns_potentials_it_is_sinkhorns_barycentric_map():
    # An independent iteration for the cost |x - y|^2 / 2 gives potentials v; heights are theirs
    # less |y|^2 / 2, and its plan's conditional means are the map.
    rng, epsilon = np.random.default_rng(3), 0.3
    x, y, nu = rng.normal(size=(80, 2)), rng.normal(size=(15, 2)), rng.dirichlet(np.full(15, 3.0))
    y = y.astype(np.float32).astype(float)
    cost = ((x[:, None] - y) ** 2).sum(2) / 2
    v = np.zeros(15)
    for _ in range(2000):
        u = -epsilon * np.log((nu * np.exp((v - cost) / epsilon)).sum(1))
        v = -epsilon * np.log(np.exp((u[:, None] - cost) / epsilon).mean(0))
    plan = nu * np.exp((u[:, None] + v - cost) / epsilon) / 80
    np.testing.assert_allclose(plan.sum(0), nu, rtol=1e-6)
    transport = TransportMap(y.astype(np.float32), v - (y**2).sum(1) / 2, nu, "gaussian")
    expected = plan @ y / plan.sum(1, keepdims=True)
    np.testing.assert_allclose(transport.soft(x, epsilon), expected, atol=1e-5)


@pytest.mark.parametrize("epsilon", [0.0, -1.0, float("nan"), float("inf")])
def test_an_epsilon_that_smooths_nothing_is_named(transport, epsilon):
    with pytest.raises(InputError, match="epsilon is .*; it must be positive and finite"):
        transport.soft(np.zeros((2, 3)), epsilon)
    with pytest.raises(InputError, match=r"the map takes \(m, 3\)"):
        transport.soft(np.zeros((2, 4)), 1.0)
