"""The extrapolated Fréchet distance: Gaussians whose distance is known."""

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.metrics.fid import frechet_distance
from aeot.metrics.fidinf import FidInfinity, extrapolated_distance

DIMENSION, SCALE = 32, 1.2
TRUE = DIMENSION * (SCALE - 1) ** 2 + 1  # of a scaled Gaussian at distance 1


def gaussians(seed, n=400, m=400):
    random = np.random.default_rng(seed)
    real = random.normal(size=(n, DIMENSION))
    return real, SCALE * random.normal(size=(m, DIMENSION)) + 1 / np.sqrt(DIMENSION)


def value(real, fake, seed=0, **settings):
    (row,) = FidInfinity(**settings).score({"real": real, "fake": fake}, seed).rows
    return row["value"]


@pytest.mark.parametrize(("n", "m"), [(400, 400), (300, 600)])
def test_most_of_the_bias_of_small_sets_is_gone(n, m):
    plain = [frechet_distance(*gaussians(seed, n, m)) for seed in range(10)]
    found = [value(*gaussians(seed, n, m)) for seed in range(10)]
    bias, rest = np.mean(plain) - TRUE, np.mean(found) - TRUE
    assert bias > 1
    assert abs(rest) < max(bias / 10, 3 * np.std(found) / np.sqrt(10))


def test_equal_distributions_are_at_zero_and_not_above():
    """Unlike the plain distance, it can be negative: 20 draws are on both sides of zero."""
    random = np.random.default_rng(1)
    found = [value(*random.normal(size=(2, 300, 8))) for _ in range(20)]
    assert min(found) < 0 < max(found)
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(20)


def test_it_is_the_line_through_two_points():
    """With two sizes the line passes through both; the larger part is the whole set."""
    real, fake = gaussians(0, 40, 40)
    found = {share: extrapolated_distance(real, fake, 2, share, 0) for share in (0.5, 0.25)}
    whole = frechet_distance(real, fake)
    for share, intercept in found.items():
        # value(1/s) at 1/s = 1 is `whole`; what the smaller part had follows from the intercept.
        part = intercept + (whole - intercept) / share
        assert part > whole  # the smaller part is farther, by its bias


def test_the_seed_decides_the_parts():
    real, fake = gaussians(0)
    assert value(real, fake, 1) == value(real, fake, 1) != value(real, fake, 2)


def test_fewer_images_than_features_leave_a_part_of_the_bias():
    """As the table's note says."""
    random = np.random.default_rng(0)
    real, fake = random.normal(size=(2, 100, 128))
    assert 0 < value(real, fake) < frechet_distance(real, fake) / 1.5


def test_too_few_images_are_named():
    assert FidInfinity().shortage(3) and not FidInfinity().shortage(4)
    assert FidInfinity(smallest=0.1).shortage(19)[0] == "smallest"
    assert FidInfinity(smallest=0.1).shortage(20) is None
    with pytest.raises(InputError, match="at least 20"):
        value(*gaussians(0, 19, 30), smallest=0.1)
