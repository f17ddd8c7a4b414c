"""Models of images with an encoder."""

from typing import Any

import torch
from torch import Tensor, nn

from aeot.models.base import ImageModel
from aeot.models.step_settings import StepSettings
from aeot.nets import Shape, critic
from aeot.pixels import unit

_BATCH = 500


class EncodingModel(ImageModel):
    """A generator, and an encoder from images to `outputs` numbers for every code.

    The encoder is the critic of Lucic et al., as in that study's VAE.
    """

    outputs = 1

    def __init__(self, settings: StepSettings, shape: Shape) -> None:
        super().__init__(settings, shape)
        self.encoder: nn.Module = self.build_encoder()

    def build_encoder(self) -> nn.Module:
        """Make the encoder."""
        codes = self.outputs * self.settings.codes
        return critic(self.shape, codes, self.settings.width, self.norm)

    def code(self, images: Tensor) -> Tensor:
        """Encode float32 images (n, c, h, w) in [0, 1] to codes (n, codes); means, if random."""
        codes: Tensor = self.encoder(images)
        return codes

    @torch.no_grad()
    def encode(self, images: Tensor) -> Tensor:
        """See `ImageModel`; the model stays in eval mode."""
        self.eval()
        return torch.cat([self.code(unit(part)) for part in images.split(_BATCH)])

    def extra_state(self) -> dict[str, Any]:
        """See `ImageModel`: the encoder."""
        return {"encoder": self.encoder.state_dict()}

    def load_weights(self, state: dict[str, Any]) -> None:
        """See `ImageModel`."""
        super().load_weights(state)
        self.encoder.load_state_dict(state["encoder"])
