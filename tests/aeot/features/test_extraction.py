import logging

import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.features import extraction
from aeot.features.extraction import extract
from aeot.features.settings import ExtractorSettings

CPU = torch.device("cpu")


class Means(ExtractorSettings):
    """The mean of each channel, in float64; keeps the shapes that it was given."""

    shapes: list[tuple[int, ...]] = []

    def network(self, device):
        """Return the mean of each channel."""

        def features(images):
            assert images.dtype == torch.uint8
            assert not torch.is_grad_enabled()
            self.shapes.append(tuple(images.shape))
            return images.double().mean((2, 3))

        return features


class Broken(ExtractorSettings):
    """An extractor whose every feature is NaN."""

    def network(self, device):
        """Return NaN."""
        return lambda images: torch.full((len(images), 2), float("nan"))


@pytest.fixture
def images():
    return np.arange(7 * 3 * 4, dtype=np.uint8).reshape(7, 3, 2, 2)


def test_batches_are_put_together_in_order_as_float32(images):
    means = Means(batch_size=3)
    features = extract(means, images, CPU)
    assert features.dtype == np.float32
    np.testing.assert_array_equal(features, images.mean((2, 3)))
    assert [shape[0] for shape in means.shapes] == [3, 3, 1]


def test_grey_images_come_with_three_channels(images):
    means = Means(batch_size=10)
    features = extract(means, images[:, :1], CPU)
    assert means.shapes == [(7, 3, 2, 2)]
    np.testing.assert_array_equal(features[:, 0], features[:, 2])


def test_features_that_are_not_finite_are_refused(images):
    with pytest.raises(InputError, match="not finite"):
        extract(Broken(), images, CPU)


def test_progress_says_how_much_is_left(images, monkeypatch, caplog):
    monkeypatch.setattr(extraction, "REPORT_SECONDS", 0.0)
    with caplog.at_level(logging.INFO, "aeot"):
        extract(Means(batch_size=3), images, CPU)
    assert "features: 3 of 7 images, about 0 s left" in caplog.messages
    assert caplog.messages[-1].startswith("features: 7 images in")
