"""The networks in the code released by Tolstikhin et al. 2018 (arXiv 1711.01558).

TensorFlow's padding "SAME" is used, for odd sides, too. All images are in [0, 1] here, whereas the
code has [-1, 1] for colour, because every generator of this workflow ends in a sigmoid.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from aeot.errors import InputError
from aeot.models.wasserstein_settings import WAE_LARGE
from aeot.nets import Shape

DEVIATION = 0.01  # of the weights at first


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after a side, so that a convolution leaves ceil(size / stride)."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class SameConv(nn.Conv2d):
    """A convolution of TensorFlow's padding "SAME": sides n become ceil(n / stride)."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__(inputs, outputs, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve (n, c, h, w)."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        rows, columns = (same_padding(side, kernel, stride) for side in x.shape[2:])
        return super().forward(pad(x, (*columns, *rows)))


class SameDeconv(nn.ConvTranspose2d):
    """The transpose of `SameConv`, its kernel no narrower than the stride: n become n * stride."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__(inputs, outputs, kernel, stride)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Convolve (n, c, h, w)."""
        kernel, stride = self.kernel_size[0], self.stride[0]
        whole = super().forward(x)
        for axis, side in enumerate(x.shape[2:], start=2):
            before, _ = same_padding(side * stride, kernel, stride)
            whole = whole.narrow(axis, before, side * stride)
        return whole


def encoder(codes: int, shape: Shape, width: int = 64) -> nn.Sequential:
    """Map images (n, c, h, w) to codes (n, codes): four strided convolutions, 2 w to 16 w channels.

    Args:
        codes: dimension of a code.
        shape: (channels, height, width) of an image.
        width: w; the authors' is 64.
    """
    layers: list[nn.Module] = []
    before, sides = shape[0], list(shape[1:])
    for channels in (2 * width, 4 * width, 8 * width, 16 * width):
        layers += [SameConv(before, channels, _kernel(shape), 2), nn.BatchNorm2d(channels),
                   nn.ReLU()]  # fmt: skip
        before, sides = channels, [-(-side // 2) for side in sides]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(before * sides[0] * sides[1], codes))


def decoder(codes: int, shape: Shape, width: int = 64) -> nn.Sequential:
    """Map codes (n, codes) to images (n, c, h, w) in [0, 1]: strided transposed convolutions.

    Two of them from a quarter of the image's sides; three, from an eighth, for 64 pixels and more.

    Args:
        codes: dimension of a code.
        shape: (channels, height, width) of an image.
        width: w; the authors' is 64.

    Raises:
        InputError: the sides cannot be halved so often.
    """
    levels = 3 if min(shape[1:]) >= WAE_LARGE else 2
    if any(side % 2**levels for side in shape[1:]):
        raise InputError(
            f"images of {shape[1]} x {shape[2]} pixels cannot be halved {levels} times; use a "
            f"size divisible by {2**levels}, or net=infogan."
        )
    height, breadth = (side >> levels for side in shape[1:])
    before = 16 * width
    layers: list[nn.Module] = [
        nn.Linear(codes, before * height * breadth), nn.ReLU(),
        nn.Unflatten(1, (before, height, breadth)),
    ]  # fmt: skip
    for _ in range(levels):
        layers += [SameDeconv(before, before // 2, _kernel(shape), 2),
                   nn.BatchNorm2d(before // 2), nn.ReLU()]  # fmt: skip
        before //= 2
    return nn.Sequential(*layers, SameDeconv(before, shape[0], _kernel(shape), 1), nn.Sigmoid())


def pretraining_batch(shape: Shape) -> int:
    """Batch size of the pretraining of the encoder: the authors' for MNIST and for CelebA."""
    return 256 if min(shape[1:]) >= WAE_LARGE else 1000


def moment_distance(codes: Tensor, prior: Tensor) -> Tensor:
    """Mean squared differences of the means, plus those of the covariances, of (n, d) and (n, d).

    The loss of the encoder's pretraining in the authors' code.
    """
    means = (codes.mean(dim=0) - prior.mean(dim=0)).square().mean()
    return means + (torch.cov(codes.T) - torch.cov(prior.T)).square().mean()


def _kernel(shape: Shape) -> int:
    return 5 if min(shape[1:]) >= WAE_LARGE else 4
