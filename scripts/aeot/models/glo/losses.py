"""Distances of generated images from real ones: Laplacian pyramids, and layers of a network."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, pad

_LEVELS = 3
_MULTIPLE = 32  # of the network's strides
_BINOMIAL = (1.0, 4.0, 6.0, 4.0, 1.0)


def laplacian_loss(made: Tensor, real: Tensor) -> Tensor:
    """Sum over the levels of the mean |L_j(made) - L_j(real)| (Bojanowski et al. 2018).

    arXiv 1707.05776, equation 3. Up to a constant factor, the paper's weights 2^(2 j) of sums over
    pixels are those of means.

    Args:
        made: (n, c, h, w), h and w at least 5.
        real: the same shape.
    """
    rest, total = made - real, made.new_zeros(())  # the pyramid is linear
    for _ in range(_LEVELS - 1):
        low = _blurred(rest)[:, :, ::2, ::2]
        up = interpolate(low, rest.shape[2:], mode="bilinear", align_corners=False)
        total, rest = total + (rest - up).abs().mean(), low
    return total + rest.abs().mean()


def _blurred(images: Tensor) -> Tensor:
    """Blur with the binomial kernel of side 5, with a reflected border."""
    line = images.new_tensor(_BINOMIAL) / sum(_BINOMIAL)
    channels = images.shape[1]
    kernel = (line[:, None] * line).expand(channels, 1, 5, 5)
    return conv2d(pad(images, (2, 2, 2, 2), mode="reflect"), kernel, groups=channels)


def perceptual_loss(side: int, device: torch.device) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss mean |x - y| + the sum over layers l of the mean |f_l(x) - f_l(y)|.

    As in Hoshen and Malik 2019, but with EfficientNet-Lite0 instead of VGG16: f_l are its maps
    at a half, a quarter and an eighth of the side. Images are float32 (n, c, h, w) in [0, 1].

    Args:
        side: the images' longer side; the network sees the next multiple of 32.
        device: where the images are.

    Raises:
        InputError: the package of the weights is missing or its file is damaged.
    """
    from aeot.features.efficientnetlite0 import layers

    at = layers(device, -(-side // _MULTIPLE) * _MULTIPLE)

    def loss(made: Tensor, real: Tensor) -> Tensor:
        with torch.no_grad():
            wanted = at(255 * real)
        found = at(255 * made)
        pairs = zip(found, wanted, strict=True)
        return (made - real).abs().mean() + sum((a - b).abs().mean() for a, b in pairs)

    return loss
