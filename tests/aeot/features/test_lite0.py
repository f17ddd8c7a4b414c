"""EfficientNet-Lite0 against the published sizes, and its parts against other implementations."""

import importlib
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from aeot.features.lite0 import Lite0, MBConv, SameConv2d

PARAMETERS = 4_652_008  # of Keras' and timm's efficientnet_lite0; Google's table says 4.7 million


def drawn(shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def net():
    return Lite0().eval().requires_grad_(False)


def test_it_has_the_published_number_of_parameters(net):
    assert sum(p.numel() for p in net.parameters()) == PARAMETERS


def test_a_photograph_takes_the_published_number_of_multiplications(net):
    """0.39 billion for EfficientNet-B0 (Tan and Le, Table 2); 0.6 million are excitations'."""
    counts = []

    def count(layer, _, output):
        counts.append(output.numel() * layer.weight[0].numel())

    layers = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(count) for layer in layers]
    net.fc(net(torch.zeros(1, 3, 224, 224)).mean((2, 3)))
    for handle in handles:
        handle.remove()
    assert len(counts) == 50
    assert round(sum(counts) / 1e9, 2) == 0.39


def test_the_layers_have_the_sizes_of_the_papers_table(net):
    """Table 1 of Tan and Le, at 224 pixels: channels and side of every block's output."""
    x = net.stem(torch.zeros(1, 3, 224, 224))
    assert x.shape == (1, 32, 112, 112)
    shapes = []
    for block in net.blocks:
        x = block(x)
        shapes.append(tuple(x.shape[1:3]))
        assert x.shape[3] == x.shape[2]
    assert shapes == [
        (16, 112),
        *2 * [(24, 56)],
        *2 * [(40, 28)],
        *3 * [(80, 14)],
        *3 * [(112, 14)],
        *4 * [(192, 7)],
        (320, 7),
    ]
    kernels = [block.depthwise_conv.kernel_size for block in net.blocks]
    assert kernels == [(k, k) for k in [3, 3, 3, 5, 5, 3, 3, 3, *7 * [5], 3]]
    assert net(torch.zeros(1, 3, 224, 224)).shape == (1, 1280, 7, 7)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (75, 75), (97, 64), (1, 33)])
def test_sides_are_halved_five_times_and_rounded_up(net, height, width):
    wanted = (2, 1280, -(-height // 32), -(-width // 32))
    assert net(torch.zeros(2, 3, height, width)).shape == wanted


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("stride", [1, 2])
def test_same_padding_is_tensorflows(kernel, stride):
    """Output i is the kernel's sum from pixel `i stride - before`; outside the image are zeros.

    TensorFlow's documentation: before = floor(all / 2), all = max(kernel - stride, 0) where the
    stride divides the side, max(kernel - side mod stride, 0) where it does not.
    """
    for height in range(1, 9):
        for width in range(5, 9):
            conv = SameConv2d(1, 1, kernel, stride).double()
            conv.weight.data = drawn((1, 1, kernel, kernel)).double()
            x, w = drawn((height, width)).double().numpy(), conv.weight.data[0, 0].numpy()
            starts = [
                [i * stride - max(kernel - (side % stride or stride), 0) // 2
                 for i in range(-(-side // stride))]
                for side in (height, width)
            ]  # fmt: skip
            wanted = [
                [
                    sum(
                        w[a, b] * x[top + a, left + b]
                        for a in range(kernel)
                        for b in range(kernel)
                        if 0 <= top + a < height and 0 <= left + b < width
                    )
                    for left in starts[1]
                ]
                for top in starts[0]
            ]
            found = conv(torch.from_numpy(x)[None, None])[0, 0].detach().numpy()
            np.testing.assert_allclose(found, np.array(wanted), atol=1e-12)


@pytest.mark.parametrize(
    ("inputs", "outputs", "stride", "expansion"),
    [(24, 24, 1, 6), (24, 40, 1, 6), (24, 24, 2, 6), (32, 16, 1, 1), (16, 16, 1, 1)],
)
def test_a_block_is_mobilenets_inverted_residual(inputs, outputs, stride, expansion):
    """Torchvision's MobileNetV2 has the same block, whose padding agrees at odd sides."""
    importlib.import_module("aeot.vision")  # before torchvision
    from torchvision.models.mobilenetv2 import InvertedResidual

    block = MBConv(inputs, outputs, 3, stride, expansion).eval()
    norm = partial(nn.BatchNorm2d, eps=1e-3)
    theirs = InvertedResidual(inputs, outputs, stride, expansion, norm_layer=norm).eval()
    values = {}
    for number, (name, weight) in enumerate(block.state_dict().items()):
        if "batches" not in name:
            value = drawn(weight.shape, number) / weight[0].numel() ** 0.5
            values[name] = value.abs() if "var" in name else value
    block.load_state_dict(values, strict=False)
    others = [name for name in theirs.state_dict() if "batches" not in name]
    theirs.load_state_dict(dict(zip(others, values.values(), strict=True)), strict=False)
    x = drawn((2, inputs, 17, 17), seed=1000)
    with torch.no_grad():
        found, wanted = block(x), theirs(x)
    assert wanted.std() > 0.1
    torch.testing.assert_close(found, wanted, rtol=1e-4, atol=1e-4)
