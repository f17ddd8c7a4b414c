"""Straight interpolations between the codes of images."""

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.errors import InputError
from aeot.models.coder import Coder


def interpolations(
    coder: Coder, images: NDArray[np.uint8], pairs: int, points: int
) -> NDArray[np.uint8]:
    """Decode points on the segment between the codes of images 2 p and 2 p + 1, p < pairs.

    Args:
        coder: encodes and decodes.
        images: uint8 (n, c, h, w), on the CPU.
        pairs: how many.
        points: of an interpolation, its ends (the two reconstructions) among them; at least 2.

    Returns:
        uint8 (pairs, points + 2, c, h, w): the first image, the interpolation, the second image.

    Raises:
        InputError: there are fewer than 2 `pairs` images, or fewer than 2 points.
    """
    if points < 2:
        raise InputError(f"an interpolation has at least 2 points, not {points}.")
    if len(images) < 2 * pairs:
        raise InputError(f"{pairs} pairs need {2 * pairs} images; there are {len(images)}.")
    device = next(coder.parameters()).device
    codes = coder.encode(torch.from_numpy(images[: 2 * pairs]).to(device))
    first, second = codes[0::2, None], codes[1::2, None]
    share = torch.linspace(0, 1, points, device=device)[None, :, None]
    interpolated = coder.decode(torch.lerp(first, second, share).flatten(0, 1)).cpu().numpy()
    ends = images[: 2 * pairs].reshape(pairs, 2, 1, *images.shape[1:])
    middle = interpolated.reshape(pairs, points, *images.shape[1:])
    return np.concatenate([ends[:, 0], middle, ends[:, 1]], axis=1)
