"""What every feature extractor can be told; an extractor's class is its own settings."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import Field, PositiveInt

from aeot.settings import Settings

if TYPE_CHECKING:
    import torch


class ExtractorSettings(Settings, ABC):
    """Base of the extractors: frozen, checked, and free of torch until `network` is called."""

    batch_size: PositiveInt = Field(32, description="images per forward pass")

    @abstractmethod
    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Load the network: a function from uint8 (b, 3, h, w) on `device` to floats (b, k)."""
