"""The base of feature extractors, whose classes are their own settings."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import Field, PositiveInt

from aeot.files import Array
from aeot.settings import Settings

if TYPE_CHECKING:
    import torch


class Classifier(NamedTuple):
    """The last layer of a classifier: `weight` (c, k) and `bias` (c,) map features to logits."""

    weight: Array
    bias: Array


class ExtractorSettings(Settings, ABC):
    """Base of the extractors; torch is imported only when `network` is called.

    Attributes:
        CLASSES: number of classes of the classifier whose last hidden layer gives the features; 0
            if it is not a classifier.
    """

    CLASSES: ClassVar[int] = 0

    batch_size: PositiveInt = Field(32, description="images per forward pass")

    @abstractmethod
    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Load the network: a function from uint8 (b, 3, h, w) on `device` to floats (b, k)."""

    def classifier(self) -> Classifier:
        """Load the layer that maps features to logits, for an extractor with `CLASSES`."""
        raise NotImplementedError
