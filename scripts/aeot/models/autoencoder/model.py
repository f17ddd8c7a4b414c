"""The autoencoder whose codes are transported."""

import torch
from torch import Tensor, nn

from aeot.errors import InputError
from aeot.models.autoencoder.settings import Settings
from aeot.models.coder import Coder
from aeot.nets import Shape, generator, initialise, mirrored_encoder
from aeot.pixels import unit


class Model(Coder):
    """Encoder f and decoder g of AE-OT: codes z = f(x), reconstruction g(f(x)).

    Args:
        settings: the network's shape (`net`, `width`, `codes`, `extra_convs`).
        shape: (channels, height, width) of an image.

    Raises:
        InputError: the networks cannot process images of this shape.
    """

    SAVED = ("encoder", "generator")
    settings: Settings

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__(settings, shape)
        if settings.net == "identity":
            if fault := settings.shape_fault(shape):
                raise InputError(f"{fault}.")
            # A code is the pixels of its image; `draw_images` clamps what is beyond [0, 1].
            self.encoder = nn.Sequential(nn.Flatten())
            self.generator = nn.Sequential(nn.Unflatten(1, shape))
            return
        extra = settings.convs_beyond(*shape[1:])
        args = (settings.codes, shape, settings.width, extra)
        self.encoder = mirrored_encoder(*args)
        self.generator = generator(*args)

    def initialise(self, random: torch.Generator) -> None:
        """See `Coder`."""
        initialise(self, random)

    def forward(self, images: Tensor) -> Tensor:
        """Reconstruct images: float32 (n, c, h, w) in [0, 1], to the same; in the current mode."""
        return self.decoder(self.encoder(images))

    def code(self, images: Tensor) -> Tensor:
        """See `Coder`."""
        return self.encoder(images)

    @torch.no_grad()
    def loss(self, images: Tensor) -> float:
        """L2 loss in eval mode (AE-OT, Table 1): mean squared error per pixel, on [0, 1].

        Args:
            images: uint8 (n, c, h, w), on the model's device.
        """
        self.eval()
        total = 0.0
        for part in images.split(self.evaluated):
            x = unit(part)
            total += (self(x).float() - x).square().sum(dtype=torch.float64).item()
        return total / images.numel()
