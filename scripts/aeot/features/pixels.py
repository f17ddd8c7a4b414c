"""The pictures themselves as features, for distances without a network."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import Field

from aeot.features.settings import ExtractorSettings

if TYPE_CHECKING:
    import torch


class Pixels(ExtractorSettings):
    """3 size^2 features: the picture, averaged over areas to at most `size` x `size`, in [0, 1].

    A control for the other extractors: if a score has the same order with these features, that
    order does not depend on a network. Distances between them are not the FID of the literature.
    """

    size: int = Field(14, ge=1, le=32, description="side of the averaged picture, in pixels")

    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Return the function from uint8 (b, 3, h, w) to float32 (b, 3 size^2)."""
        from torch.nn import functional

        def features(images: "torch.Tensor") -> "torch.Tensor":
            sides = (min(self.size, images.shape[2]), min(self.size, images.shape[3]))
            return functional.adaptive_avg_pool2d(images.float() / 255, sides).flatten(1)

        return features
