"""The autoencoder: encode images, decode codes, save and load."""

from pathlib import Path

import torch
from torch import Tensor, nn

from aeot.errors import InputError
from aeot.models.autoencoder.settings import AutoencoderSettings
from aeot.nets import Shape, generator, initialise, mirrored_encoder
from aeot.pixels import quantise, unit
from aeot.state import load_state, save_state

_EVALUATED = 500


class Autoencoder(nn.Module):
    """Encoder f and decoder g of AE-OT: codes z = f(x), reconstruction g(f(x)).

    Args:
        settings: the network's shape (`width`, `codes`, `extra_convs`).
        shape: (channels, height, width) of an image.
    """

    def __init__(self, settings: AutoencoderSettings, shape: Shape) -> None:
        super().__init__()
        self.settings, self.shape = settings, shape
        extra = settings.convs_beyond(*shape[1:])
        args = (settings.codes, shape, settings.width, extra)
        self.encoder = mirrored_encoder(*args)
        self.decoder = generator(*args)

    def initialise(self, generator: torch.Generator) -> None:
        """Draw fresh weights from `generator`, as `aeot.nets.initialise` does."""
        initialise(self, generator)

    def place(self, device: torch.device | str) -> "Autoencoder":
        """Move to a device, channels last: the convolutions are faster so on CPU and GPU alike."""
        self.to(device)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return self

    def forward(self, images: Tensor) -> Tensor:
        """Reconstruct images: float32 (n, c, h, w) in [0, 1], to the same; in the current mode."""
        return self.decoder(self.encoder(images))

    @property
    def evaluated(self) -> int:
        """Images that are evaluated at a time: 500 up to 64 x 64, beyond as many pixels."""
        return max(1, min(_EVALUATED, _EVALUATED * 64**2 // (self.shape[1] * self.shape[2])))

    @torch.no_grad()
    def encode(self, images: Tensor, batch_size: int | None = None) -> Tensor:
        """Encode every image, in order and in eval mode; the model stays in it.

        Args:
            images: uint8 (n, c, h, w), on the model's device.
            batch_size: images at a time, `evaluated` by default; bounds the memory, and changes the
                codes by rounding only.

        Returns:
            (n, codes) float32, as the decoder takes them: not standardised.
        """
        self.eval()
        return torch.cat(
            [self.encoder(unit(part)) for part in images.split(batch_size or self.evaluated)]
        )

    @torch.no_grad()
    def decode(self, codes: Tensor, batch_size: int | None = None) -> Tensor:
        """Decode codes in eval mode; the model stays in it.

        Args:
            codes: (n, codes) float32, on the model's device.
            batch_size: codes at a time, `evaluated` by default.

        Returns:
            uint8 (n, c, h, w), contiguous.
        """
        self.eval()
        parts = [quantise(self.decoder(part)) for part in codes.split(batch_size or self.evaluated)]
        return torch.cat(parts)

    @torch.no_grad()
    def loss(self, images: Tensor, batch_size: int | None = None) -> float:
        """L2 loss in eval mode (AE-OT, Table 1): mean squared error per pixel, on [0, 1].

        Args:
            images: uint8 (n, c, h, w), on the model's device.
            batch_size: images at a time, `evaluated` by default.
        """
        self.eval()
        total = 0.0
        for part in images.split(batch_size or self.evaluated):
            x = unit(part)
            total += (self(x).float() - x).square().sum(dtype=torch.float64).item()
        return total / images.numel()

    def save(self, path: str | Path) -> None:
        """Write settings, shape and weights."""
        save_state(
            path,
            {
                "settings": self.settings.model_dump(),
                "shape": list(self.shape),
                "weights": self.state_dict(),
            },
        )

    @classmethod
    def load(cls, path: str | Path, device: torch.device | str = "cpu") -> "Autoencoder":
        """Read an autoencoder that `save` wrote.

        Raises:
            InputError: the file is missing, corrupt or not an autoencoder.
        """
        state = load_state(path)
        try:
            settings = AutoencoderSettings.checked(state["settings"], str(path))
            model = cls(settings, tuple(state["shape"]))
            model.load_state_dict(state["weights"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            fault = str(error).splitlines()[-1].strip(" \t.")  # torch lists them one per line
            raise InputError(f"{path} is not an autoencoder of this version: {fault}.") from None
        return model.place(device).eval()
