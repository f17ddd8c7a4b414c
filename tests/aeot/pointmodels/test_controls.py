"""Samplers of codes that do without the transport: manifold Parzen windows and SMOTE."""

import numpy as np
import pytest
import torch
from scipy import stats

from aeot.errors import InputError
from aeot.pointmodels.parzen import model as parzen
from aeot.pointmodels.parzen.settings import Settings as ParzenSettings
from aeot.pointmodels.smote import model as smote
from aeot.pointmodels.smote.settings import Settings as SmoteSettings
from aeot.seeding import numpy_generator

CPU = torch.device("cpu")


def draw(model, points, settings, seed=0):
    (drawn,) = model.Model.fit(points, settings, 1, seed, CPU).points[-1]
    return drawn.astype(float)


@pytest.fixture
def points():
    return numpy_generator(0, "points").normal(size=(300, 3)).astype(np.float32)


@pytest.mark.parametrize("balance", [0.0, 1.0])
def test_a_window_of_all_points_has_their_covariance(balance):
    """All points span each window: the code's own offset, less what the balance gives up."""
    points = numpy_generator(1, "few").normal(size=(6, 4)).astype(np.float32)
    settings = ParzenSettings(neighbours=6, spread=0.6, balance=balance, count=60_000)
    drawn = draw(parzen, points, settings)
    own = (1 - balance * 0.36) * 5 / 6  # the windows' divisor is N - 1
    expected = (own + 0.36) * np.cov(points.T)
    assert np.abs(np.cov(drawn.T) - expected).max() < 0.03 * np.abs(expected).max()
    np.testing.assert_allclose(drawn.mean(0), points.mean(0), atol=0.03)


def test_windows_are_local_gaussians_of_the_neighbours_covariance():
    rng = numpy_generator(2, "two")
    blobs = [rng.normal(size=(8, 2)) * scale + shift for scale, shift in (([1, 0.1], 0), (3, 100))]
    points = np.concatenate(blobs).astype(np.float32)
    settings = ParzenSettings(neighbours=8, spread=1.0, balance=1.0, count=40_000)
    drawn = draw(parzen, points, settings)
    for part, own in ((drawn[:, 0] < 50, points[:8]), (drawn[:, 0] > 50, points[8:])):
        assert part.mean() == pytest.approx(0.5, abs=0.02)
        standard = (drawn[part] - own.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(own.T))).T
        assert stats.kstest(standard.ravel(), "norm").pvalue > 1e-3


def test_smote_mixes_a_point_with_one_of_its_nearest(points):
    drawn = draw(smote, points, SmoteSettings(neighbours=4, count=2000))
    squares = ((points[:, None] - points) ** 2).sum(2)
    near = squares.argsort(1)[:, 1:5]
    i, j = np.repeat(np.arange(300), 4), near.ravel()
    step = (points[j] - points[i]).astype(float)
    t = ((drawn[:, None] - points[i]) * step).sum(2) / (step**2).sum(1)
    apart = np.linalg.norm(drawn[:, None] - points[i] - np.clip(t, 0, 1)[:, :, None] * step, axis=2)
    best = apart.argmin(1)
    assert apart[np.arange(2000), best].max() < 1e-5
    assert len(np.unique(i[best])) > 250  # every point takes part


def test_smote_weights_are_uniform():
    pair = np.float32([[0, 0], [1, 0]])
    drawn = draw(smote, pair, SmoteSettings(neighbours=1, count=20_000))
    assert stats.kstest(drawn[:, 0], "uniform").pvalue > 1e-3
    with pytest.raises(InputError, match="2 points have no 2 others; lower neighbours"):
        draw(smote, pair, SmoteSettings(neighbours=2))
