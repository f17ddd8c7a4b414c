"""Copying: copies, new draws and junk have the scores that they must have."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.metrics.copying import Copying, authentic, covered
from aeot.metrics.training_images import TrainingImages

CPU = torch.device("cpu")


@pytest.fixture
def sets():
    rng = np.random.default_rng(0)
    return [rng.normal(size=(count, 6)).astype(np.float32) for count in (900, 300, 300)]


def scores(train, real, fake):
    rows = Copying().score({"train": train, "real": real, "fake": fake}).rows
    return {row["metric"]: row["value"] for row in rows}


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
    known = TrainingImages(train, CPU)
    assert (authentic(known, *known.nearest(real)) == wanted).all()


def test_recall_falls_to_the_share_of_modes_that_are_drawn():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(400, 4)) + np.repeat([0, 50], [100, 300])[:, None]
    fake = rng.normal(size=(300, 4))
    assert covered(real, fake)[100:].sum() == 0
    assert covered(real, fake)[:100].mean() > 0.8


def test_test_images_that_were_trained_on_are_named(sets):
    train, _, fake = sets
    with pytest.raises(InputError, match="split the data again"):
        scores(train, train[:100], fake)


def test_too_few_samples_are_named(sets):
    with pytest.raises(InputError, match="needs at least 4"):
        scores(sets[0], sets[1], sets[2][:3])
