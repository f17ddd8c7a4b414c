"""Standard coordinates and back, merged duplicates, masses, and the map's file."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.transport.problem import Problem, TransportMap, check_masses, standardisation


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
    inner = (standard + torch.from_numpy(heights)).argmax(1).numpy()[:]
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
