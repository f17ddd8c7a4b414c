"""The map: its defining formula, its samples, arrays and tensors, and its file."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.transport.map import TransportMap


@pytest.fixture
def transport():
    rng = np.random.default_rng(2)
    support = (rng.normal(size=(30, 4)) + 50).astype(np.float32)  # far from the origin
    return TransportMap(support, rng.normal(size=30), np.full(30, 1 / 30), "uniform")


def test_the_kernel_of_a_map_is_its_defining_formula(transport):
    x = torch.rand(1000, 4, generator=torch.manual_seed(0))
    scores = x.double().numpy() @ transport.support.T.astype(float) + transport.heights
    assert (transport.planes().best(x).numpy() == scores.argmax(1)).all()
    ranked = np.sort(scores, axis=1)
    cell, runner_up, gap = transport.planes().best_two(x)
    assert (runner_up.numpy() == np.argsort(scores, axis=1)[:, -2]).mean() > 0.999
    np.testing.assert_allclose(gap, ranked[:, -1] - ranked[:, -2], atol=1e-4)


def test_a_map_survives_its_file(transport, tmp_path):
    transport.save(tmp_path / "t.npz")
    loaded = TransportMap.load(tmp_path / "t.npz")
    assert loaded.source == "uniform"
    for name in ("support", "heights", "masses"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(transport, name))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"heights": np.zeros(3)}, "do not fit"),
        ({"source": np.array("cauchy")}, "uniform or gaussian"),
        ({"heights": np.full(30, np.nan)}, "not finite"),
    ],
)
def test_a_wrong_file_is_named(transport, tmp_path, change, words):
    arrays = {**vars(transport), "source": np.array("uniform"), **change}
    save_arrays(tmp_path / "t.npz", **arrays)
    with pytest.raises(InputError, match=words):
        TransportMap.load(tmp_path / "t.npz")


def test_the_map_gives_the_support_of_the_highest_plane_in_the_kind_of_its_samples(transport):
    x = np.random.default_rng(0).uniform(size=(500, 4))
    scores = x @ transport.support.T.astype(float) + transport.heights
    expected = transport.support[scores.argmax(1)]
    array = transport.map(x)
    assert isinstance(array, np.ndarray)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, expected)
    tensor = transport.map(torch.from_numpy(x))
    assert isinstance(tensor, torch.Tensor)
    assert tensor.dtype == torch.float32
    np.testing.assert_array_equal(tensor.numpy(), expected)
    np.testing.assert_array_equal(transport.map(x.astype(np.float32)), expected)


@pytest.mark.parametrize("shape", [(4,), (5, 3), (2, 5, 4), (1, 5)])
@pytest.mark.parametrize("kind", [np.zeros, torch.zeros])
def test_a_wrong_shape_is_named(transport, shape, kind):
    with pytest.raises(InputError, match=r"x has shape .*; the map needs \(m, 4\)"):
        transport.map(kind(shape))


def test_samples_are_of_the_generators_kind_and_repeat_with_its_seed(transport):
    for make, kind in (
        (np.random.default_rng, np.ndarray),
        (lambda seed: torch.Generator().manual_seed(seed), torch.Tensor),
    ):
        first, again, other = (transport.sample(300, make(seed)) for seed in (3, 3, 4))
        assert isinstance(first, kind)
        assert first.shape == (300, 4)
        assert (first == again).all()
        assert not (first == other).all()
        assert set(map(tuple, first.tolist())) <= set(map(tuple, transport.support.tolist()))


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_the_distribution_of_the_samples_is_that_of_the_cells(source):
    # Two cells, parted at x_1 = 0.3: of mass 0.3 under the one source, Phi(0.3) under the other.
    support = np.array([[0, 1], [1, 1]], np.float32)
    transport = TransportMap(support, np.array([0.3, 0.0]), np.full(2, 0.5), source)
    expected = 0.3 if source == "uniform" else 0.6179
    for generator in (np.random.default_rng(0), torch.Generator().manual_seed(0)):
        share = np.mean(np.asarray(transport.sample(40_000, generator))[:, 0] == 0)
        assert share == pytest.approx(expected, abs=4 * 0.5 / 200)


@pytest.mark.parametrize("count", [0, 1])
def test_hardly_any_samples_are_fine(transport, count):
    assert transport.sample(count, np.random.default_rng(0)).shape == (count, 4)
    assert transport.sample(count, torch.Generator()).shape == (count, 4)
