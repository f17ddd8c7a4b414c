"""Models of images with an encoder."""

from torch import Tensor, nn

from aeot.models.base import ImageModel
from aeot.models.step_settings import StepSettings
from aeot.nets import Shape, critic


class EncodingModel(ImageModel):
    """A generator, and an encoder from images to `outputs` numbers per dimension of the code.

    The encoder is the critic of Lucic et al., as in that study's VAE.
    """

    SAVED = ("encoder", "generator")
    outputs = 1

    def __init__(self, settings: StepSettings, shape: Shape) -> None:
        super().__init__(settings, shape)
        self.encoder: nn.Module = self.build_encoder()

    def build_encoder(self) -> nn.Module:
        """Make the encoder."""
        codes = self.outputs * self.settings.codes
        return critic(self.shape, codes, self.settings.width, self.norm)

    def code(self, images: Tensor) -> Tensor:
        """See `Coder`."""
        codes: Tensor = self.encoder(images)
        return codes
