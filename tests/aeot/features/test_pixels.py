"""The pictures themselves: means over areas, and no more pixels than there are."""

import numpy as np
import torch

from aeot.features.extraction import extract
from aeot.features.pixels import Pixels


def test_a_feature_is_the_mean_over_an_area():
    images = np.random.default_rng(0).integers(0, 256, (3, 3, 8, 12), dtype=np.uint8)
    found = extract(Pixels(size=4), images, torch.device("cpu"))
    areas = images.reshape(3, 3, 4, 2, 4, 3).mean(axis=(3, 5)) / 255
    np.testing.assert_allclose(found, areas.reshape(3, -1), rtol=1e-6)


def test_a_small_picture_keeps_its_pixels():
    images = np.random.default_rng(0).integers(0, 256, (2, 1, 5, 5), dtype=np.uint8)
    found = extract(Pixels(), images, torch.device("cpu"))
    np.testing.assert_allclose(found.reshape(2, 3, 5, 5), np.repeat(images, 3, 1) / 255, rtol=1e-6)
