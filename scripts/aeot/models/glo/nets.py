"""The generator in GLANN's code, released by Hoshen and Malik 2019 (arXiv 1812.08985).

It differs from that of Lucic et al. in its batch norms and biases: the first layer has neither, the
second has no bias, and batch norms, if there are any, follow only the second and the third. The
initial weights are larger, those of Xavier Glorot.
"""

from math import sqrt

import torch
from torch import nn

from aeot.errors import InputError
from aeot.nets import Norm, Shape

_GAIN = sqrt(2)


def generator(codes: int, shape: Shape, width: int, norm: Norm | None) -> nn.Sequential:
    """Map codes (n, codes) to images (n, c, h, w) in [0, 1].

    Args:
        codes: dimension of a code.
        shape: (channels, height, width) of an image.
        width: channels of the outermost hidden level; the authors' is 64.
        norm: norm of the second and the third layer; None, as the authors' for CIFAR-10: no norm.

    Raises:
        InputError: the image's sides are not divisible by 4.
    """
    channels, height, breadth = shape
    if height % 4 or breadth % 4:
        raise InputError(
            f"images of {height} x {breadth} pixels cannot be halved twice; use a size divisible "
            "by 4."
        )
    inner = 2 * width * (height // 4) * (breadth // 4)
    flat: list[nn.Module] = []
    spatial: list[nn.Module] = []
    if norm is not None:
        flat.append(nn.BatchNorm1d(inner, norm.epsilon, norm.momentum))
        spatial.append(nn.BatchNorm2d(width, norm.epsilon, norm.momentum))
    return nn.Sequential(
        nn.Linear(codes, 16 * width, bias=False), nn.LeakyReLU(0.2),
        nn.Linear(16 * width, inner, bias=False), *flat, nn.LeakyReLU(0.2),
        nn.Unflatten(1, (2 * width, height // 4, breadth // 4)),
        nn.ConvTranspose2d(2 * width, width, 4, 2, 1), *spatial, nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(width, channels, 4, 2, 1), nn.Sigmoid(),
    )  # fmt: skip


@torch.no_grad()
def initialise(net: nn.Module, random: torch.Generator) -> None:
    """Draw every weight from N(0, 4 / (fan in + fan out)), the biases as torch does.

    Biases are uniform on ±1 / root(fan in); batch norms are initialised with 1 and 0. The fans are
    torch's, which exchanges inputs and outputs of a transposed convolution.
    """
    for module in net.modules():
        if isinstance(module, nn.Linear | nn.ConvTranspose2d):
            nn.init.xavier_normal_(module.weight, _GAIN, random)
            if module.bias is not None:
                bound = module.weight[0].numel() ** -0.5
                nn.init.uniform_(module.bias, -bound, bound, random)
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.reset_parameters()
