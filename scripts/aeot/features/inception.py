"""The Inception network of 2015 whose features define the FID of the literature.

Graph, weights and the resizing of TensorFlow 1 are torch-fidelity's, which reproduces the original
to the bit. The weights cannot be distributed here: they are downloaded once, or given as a file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from aeot.errors import InputError
from aeot.features.settings import Classifier, ExtractorSettings
from aeot.features.weights import weight_file

if TYPE_CHECKING:
    import torch

SHA256_HEAD = "6726825d"  # also the last part of the name of torch-fidelity's file


class Inception(ExtractorSettings):
    """2,048 features: the last pooling layer of Inception v3 (weights of 2015-12-05).

    Images go through the bilinear resize of TensorFlow 1 to 299 x 299 (no antialiasing, corner
    alignment of that time) and (x - 128) / 128, x in [0, 255].
    """

    CLASSES: ClassVar[int] = 1008

    weights: str | None = Field(
        None, description="file with the weights; none: downloaded once, to torch's hub folder"
    )

    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Load the network: uint8 (b, 3, h, w) on `device` -> float32 (b, 2048).

        Raises:
            InputError: torch-fidelity is missing, or the weights are missing, damaged or others.
        """
        import torch
        from torch.nn.utils import convert_conv2d_weight_memory_format

        net = _pretrained(self.weights).to(device)
        convert_conv2d_weight_memory_format(net, torch.channels_last)

        def features(images: torch.Tensor) -> torch.Tensor:
            return net(images.contiguous(memory_format=torch.channels_last))[0]

        return features

    def classifier(self) -> Classifier:
        """Load the last layer without its bias, as in the code of Salimans et al. 2016."""
        weight = _pretrained(self.weights).get_parameter("fc.weight").detach().numpy()
        return Classifier(weight, np.zeros(len(weight), np.float32))


def _pretrained(weights: str | None) -> "torch.nn.Module":
    """Build torch-fidelity's network from a verified weight file, in eval mode."""
    import aeot.vision  # noqa: F401  torch-fidelity imports torchvision, which may need the guard

    try:
        from torch_fidelity.feature_extractor_inceptionv3 import (
            URL_INCEPTION_V3,
            FeatureExtractorInceptionV3,
        )
    except ImportError as error:
        raise InputError(
            f"the extractor inception needs the Python package of {error.name}; "
            "install torch-fidelity."
        ) from None
    name = URL_INCEPTION_V3.rpartition("/")[2]
    what = "the weight file of Inception"
    path = weight_file(weights, URL_INCEPTION_V3, name, SHA256_HEAD, what)
    _refuse_code(path)
    try:
        return FeatureExtractorInceptionV3(
            "inception-v3-compat", ["2048"], feature_extractor_weights_path=str(path)
        )
    except RuntimeError:
        raise InputError(
            f"{path} does not contain the weights of this Inception network."
        ) from None


def _refuse_code(path: Path) -> None:
    """Read the file with `weights_only` first, because torch-fidelity unpickles it freely.

    A file that passes contains only tensors and containers, so the second reading of the same bytes
    has nothing to execute.
    """
    import pickle

    import torch

    try:
        torch.load(path, weights_only=True, map_location="cpu")
    except (pickle.UnpicklingError, RuntimeError, EOFError):
        raise InputError(f"{path} is not a plain file of weights; get it again.") from None
