"""The networks in the code released by Sainburg et al. 2018 (arXiv 1807.06650), after MUNIT.

An image has a content, a map computed by residual blocks of convolutions, and a style, which scales
and shifts the channels of the decoder. The content passes a bottleneck in the generator, but not in
the critic. Paddings are reflections and activations are ReLUs; images are in [0, 1].
"""

import torch
from torch import Tensor, nn

from aeot.errors import InputError
from aeot.models.gaia.settings import GAIA_LEAST
from aeot.nets import Shape

_BLOCKS = 4  # residual blocks on either side
_STYLE = 512  # numbers of the critic's style, which is not a setting


class Encoder(nn.Module):
    """Map images (n, c, h, w) to codes (n, codes): content first, then style, half of them each.

    Args:
        codes: dimension of a code, at least 2; the authors' is 1,024.
        shape: (channels, height, width) of an image.
        width: channels of the outermost convolution; the authors' is 64.

    Raises:
        InputError: there are fewer than two codes, or the sides cannot be halved as often as
            needed.
    """

    def __init__(self, codes: int, shape: Shape, width: int = 64) -> None:
        super().__init__()
        if codes < 2:
            raise InputError("net=gaia divides a code into content and style; set codes=2 or more.")
        inner = 4 * width * _area(shape)
        self.content = nn.Sequential(
            *_content(shape[0], width), nn.Flatten(), nn.Linear(inner, content_size(codes))
        )
        self.style = _style(shape[0], width, codes - content_size(codes))

    def forward(self, images: Tensor) -> Tensor:
        """Encode."""
        return torch.cat([self.content(images), self.style(images)], dim=1)


class Decoder(nn.Module):
    """Map codes (n, codes) of an `Encoder` to images (n, c, h, w) in [0, 1].

    Arguments and errors are those of `Encoder`.
    """

    def __init__(self, codes: int, shape: Shape, width: int = 64) -> None:
        super().__init__()
        self.content_size = content_size(codes)
        self.content = nn.Sequential(
            nn.Linear(self.content_size, 4 * width * _area(shape)),
            nn.Unflatten(1, (4 * width, shape[1] // 4, shape[2] // 4)),
        )
        self.draw = _Drawer(codes - self.content_size, shape[0], width)

    def forward(self, codes: Tensor) -> Tensor:
        """Decode."""
        content, style = codes[:, : self.content_size], codes[:, self.content_size :]
        image: Tensor = self.draw(self.content(content), style)
        return image


class Critic(nn.Module):
    """Reconstruct images (n, c, h, w) in [0, 1]: half the channels, and no bottleneck.

    Args:
        shape: (channels, height, width) of an image.
        width: of the generator's networks, even.

    Raises:
        InputError: the sides cannot be halved as often as needed.
    """

    def __init__(self, shape: Shape, width: int = 64) -> None:
        super().__init__()
        _area(shape)
        self.content = nn.Sequential(*_content(shape[0], width // 2))
        self.style = _style(shape[0], width // 2, _STYLE)
        self.draw = _Drawer(_STYLE, shape[0], width // 2)

    def forward(self, images: Tensor) -> Tensor:
        """Reconstruct."""
        image: Tensor = self.draw(self.content(images), self.style(images))
        return image


class _Drawer(nn.Module):
    """Draw an image from a map of content and a style: one scale and shift for every block."""

    def __init__(self, style: int, channels: int, width: int) -> None:
        super().__init__()
        inner = 4 * width
        self.moments = nn.Sequential(
            nn.Linear(style, inner), nn.ReLU(), nn.Linear(inner, inner), nn.ReLU(),
            nn.Linear(inner, 2 * inner),
        )  # fmt: skip
        self.blocks = nn.ModuleList([_Styled(inner) for _ in range(_BLOCKS)])
        layers: list[nn.Module] = []
        for before in (inner, inner // 2):
            layers += [nn.Upsample(scale_factor=2), _conv(before, before // 2, 5, 1),
                       nn.GroupNorm(1, before // 2), nn.ReLU()]  # fmt: skip
        self.image = nn.Sequential(*layers, _conv(width, channels, 7, 1), nn.Sigmoid())

    def forward(self, content: Tensor, style: Tensor) -> Tensor:
        scale, shift = self.moments(style)[:, :, None, None].chunk(2, dim=1)
        for block in self.blocks:
            content = block(content, scale, shift)
        image: Tensor = self.image(content)
        return image


class _Block(nn.Module):
    """Two convolutions with instance norms, added to the input."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _conv(channels, channels, 3, 1), nn.InstanceNorm2d(channels, affine=True), nn.ReLU(),
            _conv(channels, channels, 3, 1), nn.InstanceNorm2d(channels, affine=True),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.layers(x)
        return out


class _Styled(nn.Module):
    """`_Block` with scales and shifts (n, c, 1, 1) from outside: adaptive instance norm.

    (Huang and Belongie 2017, arXiv 1703.06868.)
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = (_conv(channels, channels, 3, 1) for _ in range(2))
        self.norm = nn.InstanceNorm2d(channels)

    def forward(self, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        inner = (scale * self.norm(self.first(x)) + shift).relu()
        out: Tensor = x + scale * self.norm(self.second(inner)) + shift
        return out


def content_size(codes: int) -> int:
    """Return how many numbers of a code are the content: half of them, rounded up."""
    return codes - codes // 2


@torch.no_grad()
def initialise(net: nn.Module, generator: torch.Generator) -> None:
    """Draw every weight from N(0, 2 / fan in); biases 0, norms 1 and 0."""
    for module in net.modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=generator)
            if module.bias is not None:
                module.bias.zero_()
        elif isinstance(module, nn.InstanceNorm2d | nn.GroupNorm):
            module.reset_parameters()


def _content(channels: int, width: int) -> list[nn.Module]:
    down = [_conv(channels, width, 7, 1), nn.ReLU(), _conv(width, 2 * width, 4, 2), nn.ReLU(),
            _conv(2 * width, 4 * width, 4, 2), nn.ReLU()]  # fmt: skip
    return [*down, *(_Block(4 * width) for _ in range(_BLOCKS))]


def _style(channels: int, width: int, outputs: int) -> nn.Sequential:
    layers = [_conv(channels, width, 7, 1), nn.ReLU()]
    before = width
    for after in (2 * width, 4 * width, 4 * width, 4 * width):
        layers += [_conv(before, after, 4, 2), nn.ReLU()]
        before = after
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Conv2d(before, outputs, 1), nn.Flatten()
    )


def _conv(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Module:
    padding = (kernel - 1) // 2
    return nn.Conv2d(inputs, outputs, kernel, stride, padding, padding_mode="reflect")


def _area(shape: Shape) -> int:
    """Count the places of the content's map: a quarter of either side."""
    height, breadth = shape[1:]
    if height % 4 or breadth % 4 or min(height, breadth) < GAIA_LEAST:
        raise InputError(
            f"images of {height} x {breadth} pixels do not suit net=gaia; use sides of at least "
            f"{GAIA_LEAST} that are divisible by 4, or net=infogan."
        )
    return (height // 4) * (breadth // 4)
