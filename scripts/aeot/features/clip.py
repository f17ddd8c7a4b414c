"""The image encoder of CLIP (Radford et al. 2021, arXiv 2103.00020), ViT-B/32.

Its features follow the content of photographs more than Inception's do (Kynkäänniemi et al. 2023,
arXiv 2203.06026). Network and resizing are torch-fidelity's. The weights cannot be distributed
here: they are downloaded once, or given as a file.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import Field

from aeot.errors import InputError
from aeot.features.settings import ExtractorSettings
from aeot.features.weights import weight_file

if TYPE_CHECKING:
    import torch

NAME = "clip-vit-b-32"
SHA256 = "40d365715913c9da98579312b702a82c18be219cc2a73407c4526f58eba950af"


class Clip(ExtractorSettings):
    """512 features: the image embedding of CLIP's ViT-B/32, not normalised.

    Images go through the bilinear resize of TensorFlow 1 to 224 x 224 and CLIP's means and
    deviations, as in torch-fidelity; CLIP's own code resizes with antialiasing.
    """

    weights: str | None = Field(
        None, description="file of the weights; none: downloaded once, to torch's hub folder"
    )

    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Load the network: uint8 (b, 3, h, w) on `device` -> float32 (b, 512).

        Raises:
            InputError: torch-fidelity is missing, or the weights are missing, damaged or others.
        """
        net = _pretrained(self.weights).to(device)

        def features(images: "torch.Tensor") -> "torch.Tensor":
            found: torch.Tensor = net(images)[0]
            return found

        return features


def _pretrained(weights: str | None) -> "torch.nn.Module":
    """Build torch-fidelity's network from a verified weight file, in eval mode."""
    import aeot.vision  # noqa: F401  torch-fidelity imports torchvision, which may need the guard

    try:
        from torch_fidelity.feature_extractor_clip import MODEL_URLS, FeatureExtractorCLIP
    except ImportError as error:
        raise InputError(
            f"the extractor clip needs the Python package of {error.name}; install torch-fidelity."
        ) from None
    name = f"{NAME}-{SHA256}.pt"  # torch-fidelity's name for it
    path = weight_file(weights, MODEL_URLS[NAME], name, SHA256, "the weight file of CLIP")
    try:
        net = FeatureExtractorCLIP(NAME, ["clip"], feature_extractor_weights_path=str(path))
    except (RuntimeError, KeyError):
        raise InputError(f"{path} does not contain the weights of CLIP's ViT-B/32.") from None
    found: torch.nn.Module = net.eval()
    return found
