import importlib

import numpy as np
import pytest
from scipy import linalg

from aeot.errors import InputError
from aeot.metrics import fid
from aeot.metrics.fid import covariance_root, diagonal_distance, frechet_distance


def exact_gaussian(rng, n, mean, covariance):
    """Rows whose sample mean and covariance (divisor n - 1) are the given ones to rounding."""
    z = rng.normal(size=(n, len(mean)))
    z -= z.mean(0)
    white = z @ np.linalg.inv(np.linalg.cholesky(z.T @ z / (n - 1))).T
    return white @ np.linalg.cholesky(covariance).T + mean


def random_covariance(rng, k):
    root = rng.normal(size=(k, k))
    return root @ root.T / k + 0.1 * np.eye(k)


def gold(x, y):
    """The distance from one big SVD: tr (S T)^(1/2) is the nuclear norm of X Y^T."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    a, b = ((z - z.mean(0)) / np.sqrt(len(z) - 1) for z in (x, y))
    shift = x.mean(0) - y.mean(0)
    nuclear = np.linalg.svd(a @ b.T, compute_uv=False).sum()
    return shift @ shift + (a * a).sum() + (b * b).sum() - 2 * nuclear


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_diagonal_gaussians_have_the_closed_form(rng):
    mean, s, t = np.arange(6.0), np.linspace(0.5, 3, 6), np.linspace(2, 0.1, 6)
    real = exact_gaussian(rng, 50, 0 * mean, np.diag(s))
    fake = exact_gaussian(rng, 70, mean, np.diag(t))
    expected = mean @ mean + ((np.sqrt(s) - np.sqrt(t)) ** 2).sum()
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-12)


def test_covariances_that_do_not_commute_have_the_closed_form(rng):
    s, t, shift = random_covariance(rng, 8), random_covariance(rng, 8), rng.normal(size=8)
    real = exact_gaussian(rng, 40, shift, s)
    fake = exact_gaussian(rng, 30, 0 * shift, t)
    root = linalg.sqrtm(s)
    expected = shift @ shift + np.trace(s + t - 2 * linalg.sqrtm(root @ t @ root).real)
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=1e-10)


def test_one_dimension_is_the_difference_of_means_and_deviations(rng):
    x, y = rng.normal(2, 3, (100, 1)), rng.normal(0, 1, (80, 1))
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-12)


def test_agrees_with_torch_fidelity(rng):
    importlib.import_module("aeot.vision")  # torch-fidelity imports torchvision
    import torch
    from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric

    x = rng.normal(size=(300, 24)) @ random_covariance(rng, 24)
    y = rng.normal(size=(200, 24)) @ random_covariance(rng, 24) + 0.3
    statistics = [fid_features_to_statistics(torch.from_numpy(z)) for z in (x, y)]
    theirs = fid_statistics_to_metric(*statistics, verbose=False)["frechet_inception_distance"]
    assert frechet_distance(x, y) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "m"), [(20, 15), (20, 300), (300, 20), (60, 61), (61, 61), (2, 2), (300, 200)]
)
def test_any_ratio_of_rows_to_columns_agrees_with_the_nuclear_norm(rng, n, m):
    x = rng.normal(size=(n, 60)).astype(np.float32)
    y = (rng.normal(size=(m, 60)) * np.linspace(0.5, 2, 60) + 0.1).astype(np.float32)
    assert frechet_distance(x, y) == pytest.approx(gold(x, y), rel=1e-11)


def test_deficient_rank_with_many_rows_is_exact(rng):
    x = rng.normal(size=(400, 5)) @ rng.normal(size=(5, 60))  # rank 5 in 60 columns
    y = rng.normal(size=(300, 60))
    y[:, ::2] = 0.0  # dead features
    assert frechet_distance(x, y) == pytest.approx(gold(x, y), rel=1e-12)


def test_constant_features_leave_the_means_only():
    x, y = np.zeros((9, 4)), np.full((8, 4), 2.0)
    assert frechet_distance(x, y) == 16.0
    assert frechet_distance(np.zeros((3, 4)), np.full((3, 4), 2.0)) == 16.0


@pytest.mark.parametrize(("n", "k"), [(30, 100), (500, 20), (500, 1), (100, 100)])
def test_identical_sets_are_at_distance_zero_never_below(rng, n, k):
    x = rng.normal(5, 3, size=(n, k))
    for y in (x, x[::-1], x[rng.permutation(n)]):
        assert 0 <= frechet_distance(x, y) < 1e-11 * k * 9


def test_is_symmetric(rng):
    x, y = rng.normal(size=(90, 30)), rng.gamma(2, size=(20, 30))
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(y, x), rel=1e-12)


def test_rotation_and_translation_change_nothing_and_scale_squares(rng):
    x, y = rng.normal(size=(90, 30)), rng.gamma(2, size=(25, 30))
    rotation = np.linalg.qr(rng.normal(size=(30, 30)))[0]
    value = frechet_distance(x, y)
    assert frechet_distance(x @ rotation + 7, y @ rotation + 7) == pytest.approx(value, rel=1e-11)
    assert frechet_distance(3 * x, 3 * y) == pytest.approx(9 * value, rel=1e-12)


def test_a_large_offset_in_float32_loses_nothing(rng):
    x, y = (rng.normal(1000, s, size=(300, 10)).astype(np.float32) for s in (1.0, 1.1))
    assert frechet_distance(x, y) == pytest.approx(gold(x, y), rel=1e-9)


def test_blocks_of_rows_change_nothing(rng, monkeypatch):
    x, y = rng.normal(size=(500, 8)), rng.normal(size=(400, 8)) + 1
    whole = frechet_distance(x, y)
    monkeypatch.setattr(fid, "BLOCK", 37)
    assert frechet_distance(x, y) == pytest.approx(whole, rel=1e-12)


def test_small_sets_of_one_law_are_biased_upwards(rng):
    bias = [frechet_distance(*rng.normal(size=(2, n, 64))) for n in (100, 400, 2000)]
    assert bias[0] == pytest.approx(22.5, rel=0.1)  # the law of n = 100 in 64 dimensions
    assert bias[0] > 2 * bias[1] > 4 * bias[2] > 0


@pytest.mark.parametrize("n", [5, 40])
def test_covariance_root_squares_to_the_covariance(rng, n):
    x = rng.normal(size=(n, 12))
    root = covariance_root(x)
    np.testing.assert_allclose(root @ root.T, np.cov(x.T), atol=1e-12)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((5, 3)), np.ones((5, 4)), "same extractor"),
        (np.ones((1, 3)), np.ones((5, 3)), "the real features have 1 row"),
        (np.ones((5, 3)), np.ones((1, 3)), "the fake features have 1 row"),
        (np.ones((5, 3)), np.full((5, 3), np.nan), "the fake features contain a number"),
        (np.full((5, 3), 1e200), np.ones((5, 3)), "the real features contain a number"),
    ],
)
def test_what_cannot_be_compared_is_refused(x, y, message):
    with pytest.raises(InputError, match=message):
        frechet_distance(x, y)


def test_the_diagonal_distance_is_that_of_axes_that_are_independent():
    rng = np.random.default_rng(1)
    a = np.concatenate([rng.normal(size=(50, 1)), np.zeros((50, 1))], axis=1)
    b = np.concatenate([3 * rng.normal(size=(70, 1)) + 1, np.full((70, 1), 2.0)], axis=1)
    assert diagonal_distance(a, b) == pytest.approx(frechet_distance(a, b))
