"""Sharpness: the variance of the Laplacian."""

import numpy as np
import pytest
from scipy.ndimage import convolve, gaussian_filter

from aeot.errors import InputError
from aeot.metrics.sharpness import Sharpness, sharpness


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (7, 3, 9, 12)).astype(np.uint8)


def of_convolution(grey):
    kernel = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    return convolve(grey / 255, kernel)[1:-1, 1:-1].var()


def test_it_is_that_of_a_convolution(images):
    for image, value in zip(images, sharpness(images), strict=True):
        red, green, blue = image.astype(float)
        assert value == pytest.approx(of_convolution(0.2989 * red + 0.587 * green + 0.114 * blue))
    for image, value in zip(images, sharpness(images[:, :1]), strict=True):
        assert value == pytest.approx(of_convolution(image[0].astype(float)))


def test_green_counts_most_and_blue_least(images):
    red, green, blue = (
        sharpness(images * np.eye(3, dtype=np.uint8)[k][:, None, None]).mean() for k in range(3)
    )
    assert green > 3 * red > 3 * 4 * blue  # squares of .587, .299, .114


def test_planes_have_none_and_blur_takes_it_away():
    plane = np.arange(10)[:, None] + 2 * np.arange(8)
    assert sharpness(plane[None, None].astype(np.uint8)) == pytest.approx(0, abs=1e-12)
    rng = np.random.default_rng(0)
    noise = rng.uniform(0, 255, (4, 1, 20, 20))
    soft = gaussian_filter(noise, (0, 0, 1, 1))
    assert (sharpness(soft.astype(np.uint8)) < 0.1 * sharpness(noise.astype(np.uint8))).all()


def test_the_row_is_the_mean_over_all_images(images):
    many = np.tile(images, (300, 1, 1, 1))  # more than are taken at a time
    (row,) = Sharpness().score({"images": many}).rows
    assert row["metric"] == "sharpness"
    assert row["value"] == pytest.approx(sharpness(images).mean())
    assert row["n_real"] == row["n_fake"] == 2100


def test_images_without_a_laplacian_are_refused():
    with pytest.raises(InputError, match="no Laplacian"):
        sharpness(np.zeros((1, 1, 2, 9), np.uint8))
