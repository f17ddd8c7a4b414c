import numpy as np
import pytest
import torch

from aeot.models.autoencoder.settings import Settings as AutoencoderSettings


def blobs(count: int, seed: int, shape: tuple[int, int, int] = (1, 8, 8)) -> torch.Tensor:
    """Bright squares at random places on a dark ground, uint8 (count, *shape)."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 30, (count, *shape), dtype=np.uint8)
    for image, top, left in zip(images, *rng.integers(0, 5, (2, count)), strict=True):
        image[:, top : top + 4, left : left + 4] += np.uint8(200)
    return torch.from_numpy(images)


@pytest.fixture
def images():
    return blobs(21, seed=1)


@pytest.fixture
def test_images():
    return blobs(9, seed=2)


@pytest.fixture
def small():
    """Settings of a network that trains in a moment; keywords change them."""

    def settings(**changes):
        values = {"width": 4, "codes": 3, "batch_size": 8, "epochs": 3, "decoder_epochs": 2}
        return AutoencoderSettings(**(values | changes))

    return settings
