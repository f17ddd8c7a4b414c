"""Settings of the autoencoder; torch-free."""

import math
from typing import Literal, Self

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt

from aeot import settings
from aeot.halving import default_extra_convs, halving_fault


class Settings(settings.Settings):
    """The autoencoder's shape and training, encoder freezing included."""

    net: Literal["convolutions", "identity"] = Field(
        "convolutions",
        description="networks of the encoder and the decoder; with identity a code consists of the "
        "pixels of its image, and nothing is trained",
    )
    width: PositiveInt = Field(64, description="channels of the outermost convolution")
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
    batch_size: int = Field(128, ge=2, description="images per step")
    learning_rate: PositiveFloat = Field(0.001, description="Adam's step size")
    beta1: float = Field(0.5, ge=0, lt=1, description="Adam's first decay")
    beta2: float = Field(0.999, ge=0, lt=1, description="Adam's second decay")
    epochs: PositiveInt = Field(
        200, description="maximum number of epochs of phase 1 (encoder and decoder trained)"
    )
    decoder_epochs: NonNegativeInt = Field(
        200, description="maximum number of epochs of phase 2 (encoder frozen, decoder trained)"
    )
    patience: PositiveInt = Field(
        10, description="epochs without improvement after which a phase ends"
    )
    min_improvement: float = Field(
        0.01, ge=0, lt=1, description="relative fall of the best training loss that counts"
    )
    mixed_precision: bool = Field(
        True, description="bfloat16 autocast on CUDA; the CPU never uses it"
    )

    def counted(self, images: int) -> Self:
        """See `StepSettings`: its epochs are limits, so that they are not counted in steps."""
        return self

    def convs_beyond(self, height: int, breadth: int) -> int:
        """Return `extra_convs`, or its default for images of this size."""
        if self.extra_convs is None:
            return default_extra_convs(height, breadth)
        return self.extra_convs

    def shape_fault(self, shape: tuple[int, int, int]) -> str | None:
        """Explain why the network cannot process images of a shape (c, h, w); None where it can."""
        if self.net == "identity":
            pixels = math.prod(shape)
            if self.codes == pixels:
                return None
            return f"net: identity needs autoencoder.codes: {pixels}, the values of an image"
        return halving_fault(*shape[1:], 2 + self.convs_beyond(*shape[1:]))
