"""Interpolations between codes: what lies where."""

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.models.interpolations import interpolations
from aeot.seeding import torch_generator


@pytest.fixture
def coder():
    model = Autoencoder(AutoencoderSettings(width=4, codes=3), (1, 8, 8))
    model.initialise(torch_generator(0, "weights"))
    return model


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (9, 1, 8, 8)).astype(np.uint8)


def test_an_interpolation_goes_from_image_over_reconstructions_to_image(coder, images):
    found = interpolations(coder, images, 4, 5)
    assert found.shape == (4, 7, 1, 8, 8) and found.dtype == np.uint8
    codes = coder.encode(torch.from_numpy(images))
    made = coder.decode(codes).numpy()
    for p in range(4):
        assert (found[p, 0] == images[2 * p]).all() and (found[p, -1] == images[2 * p + 1]).all()
        for place, row in ((1, 2 * p), (-2, 2 * p + 1)):
            assert np.abs(found[p, place].astype(int) - made[row]).max() <= 1
        middle = coder.decode((codes[2 * p] + codes[2 * p + 1])[None] / 2).numpy()
        assert np.abs(found[p, 3].astype(int) - middle[0]).max() <= 1


def test_too_few_images_or_points_are_named(coder, images):
    with pytest.raises(InputError, match="5 pairs need 10 images; there are 9"):
        interpolations(coder, images, 5, 3)
    with pytest.raises(InputError, match="at least 2 points"):
        interpolations(coder, images, 2, 1)
