"""Between images in files, bytes, and images in networks, numbers on [0, 1]."""

import torch
from torch import Tensor


def unit(images: Tensor) -> Tensor:
    """uint8 images as float32 on [0, 1], channels last."""
    return images.to(torch.float32, memory_format=torch.channels_last).div_(255)


def quantise(images: Tensor) -> Tensor:
    """Float images on [0, 1] as uint8, rounded, clamped, in contiguous (n, c, h, w) order."""
    rounded = images.float().mul(255).round_().clamp_(0, 255).to(torch.uint8)
    return rounded.contiguous()
