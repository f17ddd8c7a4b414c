"""The nearest training image, and its distance, are those of all distances."""

import numpy as np
import pytest
import torch

from aeot.metrics.training_images import TrainingImages

CPU = torch.device("cpu")


@pytest.fixture
def sets():
    rng = np.random.default_rng(0)
    return [rng.normal(size=(count, 6)).astype(np.float32) for count in (900, 300)]


@pytest.mark.parametrize("offset", [0, 1e4])
def test_the_nearest_is_found_wherever_the_features_lie(sets, offset):
    train, real = (part + np.float64(offset) for part in sets)
    exact = np.linalg.norm(real[:, None] - train[None], axis=2)
    known = TrainingImages(train, CPU)
    distance, place = known.nearest(real)
    assert distance == pytest.approx(exact.min(axis=1))
    assert (place == exact.argmin(axis=1)).all()
    among = np.linalg.norm(train[:, None] - train[None], axis=2) + np.diag([np.inf] * len(train))
    assert known.apart(place) == pytest.approx(among.min(axis=1)[place])
