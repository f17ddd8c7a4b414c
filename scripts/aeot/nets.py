"""The InfoGAN generator of Lucic et al. (arXiv 1711.10337) and its mirror image.

Layer widths follow the released code of that study: with `width` w = 64, a fully connected
layer of 16 w units, then 2 w channels at a quarter of the image's side, then w channels at half
of it. `extra_convs` adds strided levels, each doubling the channels and halving the side: with two
of them there are as many levels as in the network that AE-OT's authors released for CelebA.

The autoencoder's batch norms have PyTorch's momentum (0.1) and epsilon (1e-5); the code of the
study has 0.001 for both, which averages over 1,000 steps, too many for a short training.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from aeot.errors import InputError
from aeot.halving import halving_fault

Shape = tuple[int, int, int]  # channels, height, width of an image


def _levels(shape: Shape, width: int, extra_convs: int) -> tuple[list[int], int, int]:
    """Channels at each strided level from the image inwards, and the innermost (h, w)."""
    depth = 2 + extra_convs
    height, breadth = shape[1:]
    if fault := halving_fault(height, breadth, depth):
        raise InputError(f"{fault}.")
    return [width * 2**level for level in range(depth)], height >> depth, breadth >> depth


@dataclass(frozen=True)
class Norm:
    """Settings of a batch norm: momentum, in PyTorch's sense, and the epsilon of the variance."""

    momentum: float = 0.1
    epsilon: float = 1e-5


@contextmanager
def norms_of_two_passes(net: nn.Module) -> Iterator[None]:
    """Count each pass in train mode twice in the running statistics of the batch norms."""
    norms = [part for part in net.modules() if isinstance(part, _BatchNorm)]
    before = [norm.momentum for norm in norms]
    try:
        for norm in norms:
            assert norm.momentum is not None  # of cumulative averages, which no network here has
            norm.momentum = 1 - (1 - norm.momentum) ** 2
        yield
    finally:
        for norm, momentum in zip(norms, before, strict=True):
            norm.momentum = momentum


def _hidden(
    layer: nn.Module, features: int, spatial: bool, norm: Norm | None = Norm(), slope: float = 0.2
) -> list[nn.Module]:
    layers = [layer]
    if norm is not None:
        kind = nn.BatchNorm2d if spatial else nn.BatchNorm1d
        layers.append(kind(features, norm.epsilon, norm.momentum))
    return [*layers, nn.LeakyReLU(slope)]


def generator(
    codes: int,
    shape: Shape,
    width: int = 64,
    extra_convs: int = 0,
    norm: Norm | None = Norm(),
    slope: float = 0.2,
) -> nn.Sequential:
    """Map codes (n, codes) to images (n, c, h, w) in [0, 1].

    Args:
        codes: dimension of a code.
        shape: (channels, height, width) of an image.
        width: channels of the outermost hidden level.
        extra_convs: strided levels beyond the study's two.
        norm: of every hidden layer; None: of none.
        slope: of the leaky ReLUs below zero; 0 gives ReLUs.

    Raises:
        InputError: the image's sides cannot be halved `2 + extra_convs` times.
    """
    channels, height, breadth = _levels(shape, width, extra_convs)
    inner = channels[-1] * height * breadth
    layers = _hidden(nn.Linear(codes, 16 * width), 16 * width, False, norm, slope)
    layers += _hidden(nn.Linear(16 * width, inner), inner, False, norm, slope)
    layers.append(nn.Unflatten(1, (channels[-1], height, breadth)))
    for outer, this in zip(channels[-2::-1], channels[:0:-1], strict=True):
        layers += _hidden(nn.ConvTranspose2d(this, outer, 4, 2, 1), outer, True, norm, slope)
    layers += [nn.ConvTranspose2d(channels[0], shape[0], 4, 2, 1), nn.Sigmoid()]
    return nn.Sequential(*layers)


def mirrored_encoder(
    codes: int, shape: Shape, width: int = 64, extra_convs: int = 0
) -> nn.Sequential:
    """Map images (n, c, h, w) in [0, 1] to codes (n, codes): `generator` layer by layer, reversed.

    Arguments as for `generator`.

    Raises:
        InputError: the image's sides cannot be halved `2 + extra_convs` times.
    """
    channels, height, breadth = _levels(shape, width, extra_convs)
    inner = channels[-1] * height * breadth
    layers: list[nn.Module] = []
    for before, this in zip([shape[0], *channels[:-1]], channels, strict=True):
        layers += _hidden(nn.Conv2d(before, this, 4, 2, 1), this, spatial=True)
    layers.append(nn.Flatten())
    layers += _hidden(nn.Linear(inner, 16 * width), 16 * width, spatial=False)
    layers.append(nn.Linear(16 * width, codes))
    return nn.Sequential(*layers)


def critic(
    shape: Shape, outputs: int = 1, width: int = 64, norm: Norm | None = None
) -> nn.Sequential:
    """Map images (n, c, h, w) in [0, 1] to (n, outputs): the study's discriminator.

    Args:
        shape: (channels, height, width) of an image.
        outputs: 1 logit; more make it the encoder of the study's VAE.
        width: channels of the outermost convolution.
        norm: of the hidden layers after the first one; none for None.

    Raises:
        InputError: the image's sides are not divisible by 4.
    """
    (outer, inner), height, breadth = _levels(shape, width, 0)
    return nn.Sequential(
        *_hidden(nn.Conv2d(shape[0], outer, 4, 2, 1), outer, True, None),
        *_hidden(nn.Conv2d(outer, inner, 4, 2, 1), inner, True, norm),
        nn.Flatten(),
        *_hidden(nn.Linear(inner * height * breadth, 16 * width), 16 * width, False, norm),
        nn.Linear(16 * width, outputs),
    )


def autoencoding_critic(
    shape: Shape, codes: int = 64, width: int = 64, norm: Norm | None = None
) -> nn.Sequential:
    """Reconstruct images (n, c, h, w) in [0, 1]: the study's critic for BEGAN.

    Args:
        shape: (channels, height, width) of an image.
        codes: dimension of its code.
        width: channels of the outermost convolution.
        norm: of the hidden layers from the code on; none for None.

    Raises:
        InputError: the image's sides are not divisible by 4.
    """
    (outer, inner), height, breadth = _levels(shape, width, 0)
    flat = inner * height * breadth
    return nn.Sequential(
        *_hidden(nn.Conv2d(shape[0], outer, 4, 2, 1), outer, True, None),
        nn.Conv2d(outer, inner, 4, 2, 1),
        nn.Flatten(),
        *_hidden(nn.Linear(flat, codes), codes, False, norm),
        *_hidden(nn.Linear(codes, flat), flat, False, norm),
        nn.Unflatten(1, (inner, height, breadth)),
        *_hidden(nn.ConvTranspose2d(inner, outer, 4, 2, 1), outer, True, norm),
        nn.ConvTranspose2d(outer, shape[0], 4, 2, 1),
        nn.Sigmoid(),
    )


@torch.no_grad()
def initialise(
    net: nn.Module, generator: torch.Generator, truncate: bool = False, deviation: float = 0.02
) -> None:
    """Draw every weight from N(0, deviation^2); reset biases, batch norms and their statistics.

    This is how the code of the study initialises its generators. The strided convolutions of its
    critics are drawn from the same distribution, truncated at two deviations: `truncate`.
    """
    for module in net.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            weight: Tensor = module.weight
            if truncate and isinstance(module, nn.Conv2d):
                bound = 2 * deviation
                nn.init.trunc_normal_(weight, 0, deviation, -bound, bound, generator)
            else:
                weight.copy_(torch.randn(weight.shape, generator=generator) * deviation)
            if module.bias is not None:
                module.bias.zero_()
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.reset_parameters()
