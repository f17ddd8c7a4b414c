"""Copying: copies, new draws and junk have the scores that they must have."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.metrics.copying import Training, authentic, copying_rows, covered

CPU = torch.device("cpu")


@pytest.fixture
def sets():
    rng = np.random.default_rng(0)
    return [rng.normal(size=(count, 6)).astype(np.float32) for count in (900, 300, 300)]


def scores(*sets):
    return {row["metric"]: row["value"] for row in copying_rows(*sets, CPU)}


@pytest.mark.parametrize("offset", [0, 1e4])
def test_the_nearest_is_found_wherever_the_features_lie(sets, offset):
    train, real, _ = (part + np.float64(offset) for part in sets)
    exact = np.linalg.norm(real[:, None] - train[None], axis=2)
    known = Training(train, CPU)
    distance, place = known.nearest(real)
    assert distance == pytest.approx(exact.min(axis=1))
    assert (place == exact.argmin(axis=1)).all()
    among = np.linalg.norm(train[:, None] - train[None], axis=2) + np.diag([np.inf] * len(train))
    assert known.apart(place) == pytest.approx(among.min(axis=1)[place])


def test_copies_have_no_novelty_and_no_authenticity(sets):
    train, real, _ = sets
    found = scores(train, real, train[:250])
    assert found["novelty"] == 0 and found["authenticity"] == 0
    assert found["authenticity_test"] > 0.3


def test_fresh_draws_are_as_new_as_test_images(sets):
    found = scores(*sets)
    assert found["novelty"] == pytest.approx(1, abs=0.08)
    assert found["authenticity"] == pytest.approx(found["authenticity_test"], abs=0.12)
    assert found["test_recall"] > 0.8


def test_small_noise_on_training_images_is_seen(sets):
    train, real, _ = sets
    rng = np.random.default_rng(1)
    near = train[:300] + 0.05 * rng.normal(size=(300, 6)).astype(np.float32)
    found = scores(train, real, near)
    assert 0 < found["novelty"] < 0.2 and found["authenticity"] < 0.1
    assert found["test_recall"] > 0.7  # fidelity and recall alone would not tell


def test_authenticity_is_that_of_its_definition(sets):
    train, real, _ = (part.astype(float) for part in sets)
    among = np.linalg.norm(train[:, None] - train[None], axis=2) + np.diag([np.inf] * len(train))
    to = np.linalg.norm(real[:, None] - train[None], axis=2)
    wanted = to.min(axis=1) > among.min(axis=1)[to.argmin(axis=1)]
    known = Training(train, CPU)
    assert (authentic(known, *known.nearest(real)) == wanted).all()


def test_recall_falls_to_the_share_of_modes_that_are_drawn():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(400, 4)) + np.repeat([0, 50], [100, 300])[:, None]
    fake = rng.normal(size=(300, 4))
    assert covered(real, fake)[100:].sum() == 0
    assert covered(real, fake)[:100].mean() > 0.8


def test_test_images_that_were_trained_on_are_named(sets):
    train, _, fake = sets
    with pytest.raises(InputError, match="split the data anew"):
        copying_rows(train, train[:100], fake, CPU)


def test_too_few_samples_are_named(sets):
    with pytest.raises(InputError, match="needs at least 4"):
        copying_rows(sets[0], sets[1], sets[2][:3], CPU)
