"""Density and coverage: their definition word by word, and what equal distributions must give."""

import math

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.metrics.coverage import NEIGHBOURS, Coverage, density_and_coverage
from aeot.seeding import numpy_generator


@pytest.mark.long
def test_they_are_those_of_their_definition():
    rng = numpy_generator(0, "points")
    real, fake = rng.normal(size=(700, 3)), 0.5 + rng.normal(size=(90, 3))
    inside = np.zeros((700, 90), bool)
    for i, x in enumerate(real):
        radius = sorted(math.dist(x, other) for other in np.delete(real, i, axis=0))[4]
        inside[i] = [math.dist(x, y) < radius for y in fake]
    density, coverage = density_and_coverage(real, fake, 5)
    assert density == pytest.approx(inside.sum() / (5 * 90))
    assert coverage == pytest.approx(inside.any(axis=1).mean())


@pytest.mark.parametrize(("n", "m"), [(60, 60), (60, 20)])
def test_draws_of_one_distribution_have_the_expected_values(n, m):
    rng = numpy_generator(1, "points")
    pairs = [(rng.normal(size=(n, 2)), rng.normal(size=(m, 2))) for _ in range(300)]
    found = np.array([density_and_coverage(real, fake, 5) for real, fake in pairs])
    missed = math.prod((n - j) / (m + n - j) for j in range(1, 6))
    error = 5 * found.std(axis=0) / math.sqrt(len(found))
    assert found[:, 0].mean() == pytest.approx(1, abs=error[0])
    assert found[:, 1].mean() == pytest.approx(1 - missed, abs=error[1])


def test_dropped_modes_cost_coverage_and_junk_costs_density():
    rng = numpy_generator(2, "points")
    real = rng.normal(size=(400, 4)) + np.repeat([0, 50], 200)[:, None]
    half = rng.normal(size=(400, 4))
    density, coverage = density_and_coverage(real, half, NEIGHBOURS)
    assert coverage < 0.51 and density > 0.8
    junk = np.concatenate([half[:200], half[:200] + 1000])
    assert density_and_coverage(real, junk, NEIGHBOURS)[0] == pytest.approx(density / 2, rel=0.2)


def test_copies_of_the_test_images_cover_all_of_them():
    real = numpy_generator(3, "points").normal(size=(50, 3)).astype(np.float32)
    rows = Coverage().score({"real": real, "fake": real}).rows
    values = {row["metric"]: row["value"] for row in rows}
    assert values["coverage"] == 1
    assert values["density"] == pytest.approx(1)  # itself and its k - 1 nearest


def test_too_few_samples_are_named():
    with pytest.raises(InputError, match="fake features have 5 row.*at least 6"):
        Coverage().score({"real": np.ones((9, 2)), "fake": np.ones((5, 2))})
