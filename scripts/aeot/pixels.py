"""Conversion between images in files (bytes) and in networks (numbers in [0, 1])."""

import torch
from torch import Tensor


def unit(images: Tensor) -> Tensor:
    """Convert uint8 images to float32 in [0, 1], channels last."""
    return images.to(torch.float32, memory_format=torch.channels_last).div_(255)


def quantise(images: Tensor) -> Tensor:
    """Convert float images in [0, 1] to uint8, rounded and clamped, in contiguous order."""
    rounded = images.float().mul(255).round_().clamp_(0, 255).to(torch.uint8)
    return rounded.contiguous()
