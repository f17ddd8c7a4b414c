"""Settings of the autoencoder; torch-free."""

import math
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from aeot import settings
from aeot.halving import default_extra_convs, halving_fault

_WIDTH = "channels of the outermost convolution"
_BATCH_SIZE = "images per step"
_EPOCHS = "maximum number of epochs of phase 1 (encoder and decoder trained)"
_DECODER_EPOCHS = "maximum number of epochs of phase 2 (encoder frozen, decoder trained)"
_PATIENCE = "epochs without improvement after which a phase ends"


class Section(settings.Settings):
    """The autoencoder in the configuration, where `defaults` chooses settings that are null."""

    net: Literal["convolutions", "identity"] = Field(
        "convolutions",
        description="networks of the encoder and the decoder; with identity a code consists of the "
        "pixels of its image, and nothing is trained",
    )
    width: PositiveInt | None = Field(None, description=_WIDTH)
    codes: PositiveInt = Field(64, description="dimension of a code")
    extra_convs: NonNegativeInt | None = Field(
        None,
        description="additional strided convolutions in the encoder and in the decoder (default: "
        "0 up to 64 pixels; above, the number that reduces the innermost map to 8 x "
        "8)",
    )
    training_images: int | None = Field(
        None,
        ge=2,
        description="number of training images of the autoencoder, to whose codes the transport "
        "maps: the first of the prepared images, which are in random order (default: "
        "all)",
    )
    batch_size: Annotated[int, Field(ge=2)] | None = Field(None, description=_BATCH_SIZE)
    learning_rate: PositiveFloat = Field(0.001, description="Adam's step size")
    beta1: float = Field(0.5, ge=0, lt=1, description="Adam's first decay")
    beta2: float = Field(0.999, ge=0, lt=1, description="Adam's second decay")
    epochs: PositiveInt | None = Field(None, description=_EPOCHS)
    decoder_epochs: NonNegativeInt | None = Field(None, description=_DECODER_EPOCHS)
    patience: PositiveInt | None = Field(None, description=_PATIENCE)
    min_improvement: float = Field(
        0.01, ge=0, lt=1, description="relative fall of the best training loss that counts"
    )
    mixed_precision: bool = Field(
        True, description="bfloat16 autocast on CUDA; the CPU never uses it"
    )


class Settings(Section):
    """The shape and the training of the autoencoder, including the freezing of the encoder."""

    width: PositiveInt = Field(64, description=_WIDTH)
    batch_size: int = Field(128, ge=2, description=_BATCH_SIZE)
    epochs: PositiveInt = Field(200, description=_EPOCHS)
    decoder_epochs: NonNegativeInt = Field(200, description=_DECODER_EPOCHS)
    patience: PositiveInt = Field(10, description=_PATIENCE)

    def counted(self, images: int) -> Self:
        """See `StepSettings`: the epochs are limits, so they are not converted to steps."""
        return self

    def convs_beyond(self, height: int, breadth: int) -> int:
        """Return `extra_convs`, or its default for images of this size."""
        if self.extra_convs is None:
            return default_extra_convs(height, breadth)
        return self.extra_convs

    def shape_fault(self, shape: tuple[int, int, int]) -> str | None:
        """Explain why the network cannot process images of a shape (c, h, w); None if it can."""
        if self.net == "identity":
            pixels = math.prod(shape)
            if self.codes == pixels:
                return None
            return f"net: identity needs autoencoder.codes: {pixels}, the values of an image"
        return halving_fault(*shape[1:], 2 + self.convs_beyond(*shape[1:]))
