"""The vision transformers of DINOv2 (Oquab et al. 2023, arXiv 2304.07193).

Stein et al. 2023 (arXiv 2306.04675) recommend the ViT-L/14 for Fréchet distances in place of
Inception. The network is torchvision's, which has no
layer scales: they are multiplied into the weights before them. The weights are not ours to ship:
they are downloaded once, or given as a file.
"""

from collections.abc import Callable
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import Field

from aeot.errors import InputError
from aeot.features.settings import ExtractorSettings
from aeot.features.weights import weight_file

if TYPE_CHECKING:
    import torch

ADDRESS = "https://dl.fbaipublicfiles.com/dinov2"
PATCH, SIDE = 14, 224  # pixels of a patch, and of an image
OFFSET = 0.1  # added to the number of patches of a side where the positions are interpolated
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Size(NamedTuple):
    """A network: the letter of its file, its features, layers and heads."""

    letter: str
    width: int
    layers: int
    heads: int


SIZES = {
    "small": Size("s", 384, 12, 6),
    "base": Size("b", 768, 12, 12),
    "large": Size("l", 1024, 24, 16),
}
SHA256 = {
    "small": "b938bf1bc15cd2ec0feacfe3a1bb553fe8ea9ca46a7e1d8d00217f29aef60cd9",
    "base": "0b8b82f85de91b424aded121c7e1dcc2b7bc6d0adeea651bf73a13307fad8c73",
    "large": "d5383ea8f4877b2472eb973e0fd72d557c7da5d3611bd527ceeb1d7162cbf428",
}


class DinoV2(ExtractorSettings):
    """384, 768 or 1,024 features: the normalised class token of DINOv2's ViT-S, -B or -L/14.

    Images go through the bilinear resize of TensorFlow 1 to 224 x 224 and ImageNet's means and
    deviations, as in torch-fidelity; Stein et al. resize with Pillow's bicubic filter.
    """

    architecture: Literal["small", "base", "large"] = Field(
        "large", description="size of the transformer: ViT-S/14, ViT-B/14 or ViT-L/14"
    )
    weights: str | None = Field(
        None, description="file of the weights; none: downloaded once, to torch's hub folder"
    )

    def network(self, device: "torch.device") -> "Callable[[torch.Tensor], torch.Tensor]":
        """Load the network: uint8 (b, 3, h, w) on `device` -> float32 (b, 384, 768 or 1024).

        Raises:
            InputError: a package is missing, or the weights are missing, damaged or others.
        """
        net = _pretrained(self.architecture, self.weights).to(device)
        import torch
        from torch_fidelity.interpolate_compat_tensorflow import (
            interpolate_bilinear_2d_like_tensorflow1x as resize,
        )

        mean, deviation = (
            255 * torch.tensor(values, device=device).view(3, 1, 1) for values in (MEAN, DEVIATION)
        )

        def features(images: "torch.Tensor") -> "torch.Tensor":
            pictures = resize(images.float(), size=(SIDE, SIDE), align_corners=False)
            found: torch.Tensor = net((pictures - mean) / deviation)
            return found

        return features


def _pretrained(architecture: str, weights: str | None) -> "torch.nn.Module":
    """Build torchvision's network from a verified weight file, in eval mode."""
    import aeot.vision  # noqa: F401  torchvision may need the guard

    try:
        import torch_fidelity  # noqa: F401  for the resize
        from torchvision.models import VisionTransformer
    except ImportError as error:
        raise InputError(
            f"the extractor dinov2 needs the Python package {error.name}; install torchvision and "
            "torch-fidelity."
        ) from None
    import torch

    size = SIZES[architecture]
    label, name = f"DINOv2's ViT-{size.letter.upper()}/14", f"dinov2_vit{size.letter}14"
    url, what = f"{ADDRESS}/{name}/{name}_pretrain.pth", f"the weight file of {label}"
    path = weight_file(weights, url, f"{name}_pretrain.pth", SHA256[architecture], what)
    net = VisionTransformer(SIDE, PATCH, size.layers, size.heads, size.width, 4 * size.width)
    net.heads = torch.nn.Identity()
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        net.load_state_dict(converted(state, size.layers))
    except (RuntimeError, KeyError, TypeError, AttributeError, UnpicklingError):
        raise InputError(f"{path} does not contain the weights of {label}.") from None
    return net.eval()


def converted(state: "dict[str, torch.Tensor]", layers: int) -> "dict[str, torch.Tensor]":
    """Give DINOv2's weights the names and the form of torchvision's.

    Args:
        state: weights by DINOv2's names; the positions are those of a larger image.
        layers: number of layers.

    Raises:
        KeyError: a weight is missing.
    """
    made = {
        "class_token": state["cls_token"],
        "conv_proj.weight": state["patch_embed.proj.weight"],
        "conv_proj.bias": state["patch_embed.proj.bias"],
        "encoder.pos_embedding": _positions(state["pos_embed"]),
        "encoder.ln.weight": state["norm.weight"],
        "encoder.ln.bias": state["norm.bias"],
    }
    for layer in range(layers):
        for theirs, own, scale in _PARTS:
            for kind in ("weight", "bias"):
                value = state[f"blocks.{layer}.{theirs}.{kind}"]
                if scale:  # a row of the weight, or an entry of the bias, per feature
                    gamma = state[f"blocks.{layer}.{scale}.gamma"]
                    value = value * (gamma[:, None] if kind == "weight" else gamma)
                made[f"encoder.layers.encoder_layer_{layer}.{own.format(kind)}"] = value
    return made


# A layer's parts by DINOv2's names and torchvision's, and the layer scale that follows them.
_PARTS = (
    ("norm1", "ln_1.{}", None),
    ("attn.qkv", "self_attention.in_proj_{}", None),
    ("attn.proj", "self_attention.out_proj.{}", "ls1"),
    ("norm2", "ln_2.{}", None),
    ("mlp.fc1", "mlp.0.{}", None),
    ("mlp.fc2", "mlp.3.{}", "ls2"),
)


def _positions(table: "torch.Tensor") -> "torch.Tensor":
    """Interpolate positions (1, 1 + s * s, k) to those of an image of `SIDE`, as DINOv2 does."""
    import torch

    side, count = round((table.shape[1] - 1) ** 0.5), SIDE // PATCH
    grid = table[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    scale = (count + OFFSET) / side
    grid = torch.nn.functional.interpolate(grid, scale_factor=(scale, scale), mode="bicubic")
    return torch.cat([table[:, :1], grid.flatten(2).transpose(1, 2)], dim=1)
