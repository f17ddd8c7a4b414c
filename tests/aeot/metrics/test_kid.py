import importlib

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.metrics import kid
from aeot.metrics.kid import Kid, jackknife_error, kernel_distance, kernel_sums


def distance(x, y):
    return kernel_distance(kernel_sums(x, y))


def brute_force(x, y):
    """The definition, pair by pair."""

    def k(a, b):
        return (float(a @ b) / len(a) + 1) ** 3

    n, m = len(x), len(y)
    xx = [k(x[i], x[j]) for i in range(n) for j in range(n) if i != j]
    yy = [k(y[i], y[j]) for i in range(m) for j in range(m) if i != j]
    xy = [k(a, b) for a in x for b in y]
    return np.mean(xx) + np.mean(yy) - 2 * np.mean(xy)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_is_the_mean_over_all_pairs_of_unequal_sets(rng):
    x, y = rng.normal(size=(9, 4)), rng.normal(size=(13, 4)) + 0.5
    assert distance(x, y) == pytest.approx(brute_force(x, y), rel=1e-12)


def test_agrees_with_torch_fidelity_on_one_full_subset(rng):
    importlib.import_module("aeot.vision")  # torch-fidelity imports torchvision
    import torch
    from torch_fidelity.metric_kid import kid_features_to_metric

    x, y = rng.normal(size=(2, 120, 16))
    theirs = kid_features_to_metric(
        torch.from_numpy(x),
        torch.from_numpy(y * 1.2),
        kid_subsets=1,
        kid_subset_size=120,
        verbose=False,
    )
    assert distance(x, y * 1.2) == pytest.approx(
        theirs["kernel_inception_distance_mean"], rel=1e-10
    )


def test_constant_sets_have_the_closed_form_and_no_error():
    a, b = np.array([1.0, 2.0]), np.array([0.0, -1.0])
    sums = kernel_sums(np.tile(a, (5, 1)), np.tile(b, (7, 1)))
    expected = (5 / 2 + 1) ** 3 + (1 / 2 + 1) ** 3 - 2 * (-2 / 2 + 1) ** 3
    assert kernel_distance(sums) == pytest.approx(expected, rel=1e-14)
    assert jackknife_error(sums) == pytest.approx(0, abs=1e-7)


def test_sets_of_one_law_average_to_zero_and_some_are_negative(rng):
    values = [distance(rng.normal(size=(30, 6)), rng.normal(size=(20, 6))) for _ in range(400)]
    assert abs(np.mean(values)) < 4 * np.std(values) / np.sqrt(len(values))
    assert min(values) < 0 < max(values)


def test_the_expectation_does_not_depend_on_n(rng):
    means = []
    for n in (5, 50):
        draws = 4000 // n
        values = [
            distance(rng.normal(size=(n, 3)), 1 + rng.normal(size=(n, 3))) for _ in range(draws)
        ]
        means.append((np.mean(values), np.std(values) / np.sqrt(draws)))
    (a, sa), (b, sb) = means
    assert abs(a - b) < 4 * np.hypot(sa, sb)


def test_is_symmetric_in_its_arguments(rng):
    x, y = rng.normal(size=(50, 5)), rng.normal(size=(70, 5)) * 2
    assert distance(x, y) == pytest.approx(distance(y, x), rel=1e-12)


def test_rotation_and_permutation_change_nothing(rng):
    x, y = rng.normal(size=(50, 5)), rng.normal(size=(70, 5)) * 2
    rotation = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    assert distance(x @ rotation, y[::-1] @ rotation) == pytest.approx(distance(x, y), rel=1e-11)


@pytest.mark.parametrize("tile", [1, 7, 64, 1000])
def test_tiles_change_nothing(rng, monkeypatch, tile):
    x, y = rng.normal(size=(65, 5)), rng.normal(size=(40, 5)) * 2
    whole = kernel_sums(x, y)
    monkeypatch.setattr(kid, "TILE", tile)
    tiled = kernel_sums(x, y)
    for name in ("real", "fake", "real_cross", "fake_cross"):
        np.testing.assert_allclose(getattr(tiled, name), getattr(whole, name), rtol=1e-12)


def test_float32_features_are_summed_in_float64(rng):
    x, y = (rng.normal(10, 1, size=(60, 5)).astype(np.float32) for _ in range(2))
    assert distance(x, y) == pytest.approx(
        distance(x.astype(np.float64), y.astype(np.float64)), rel=1e-14
    )


def test_the_error_is_that_of_leaving_rows_out_one_by_one(rng):
    x, y = rng.normal(size=(6, 3)), rng.normal(size=(8, 3)) + 1
    without_x = np.array([distance(np.delete(x, i, 0), y) for i in range(6)])
    without_y = np.array([distance(x, np.delete(y, i, 0)) for i in range(8)])
    variance = 5 * without_x.var() + 7 * without_y.var()
    assert jackknife_error(kernel_sums(x, y)) == pytest.approx(np.sqrt(variance), rel=1e-9)


@pytest.mark.parametrize(("shift", "most"), [(0.0, 2.0), (1.0, 1.3)])
def test_the_error_matches_the_spread_of_repeated_draws_and_errs_upwards(rng, shift, most):
    sums = [
        kernel_sums(rng.normal(size=(60, 4)), shift + rng.normal(size=(60, 4))) for _ in range(300)
    ]
    spread = np.std([kernel_distance(s) for s in sums])
    stated = np.sqrt(np.mean([jackknife_error(s) ** 2 for s in sums]))
    assert 0.9 < stated / spread < most


def test_fewer_than_three_rows_are_refused():
    with pytest.raises(InputError, match="the fake features have 2 row.*at least 3"):
        Kid().score({"real": np.ones((5, 2)), "fake": np.ones((2, 2))})
