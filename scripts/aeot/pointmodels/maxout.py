"""The largest of several pieces, and its gradient, which goes only to that piece.

On the CPU, torch's own maximum and its position took half the time of a GAN's step; these loops
are compiled and read each number once. Other devices use torch's.
"""

from typing import Any

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.int8]


def maxout(pieces: Tensor) -> Tensor:
    """Take the largest piece: (..., pieces, n) -> (..., n); ties go to the first."""
    if pieces.device.type != "cpu":
        return pieces.max(dim=-2).values
    out: Tensor = _Maxout.apply(pieces)
    return out


class _Maxout(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, pieces: Tensor) -> Tensor:  # noqa: ANN401
        flat = pieces.detach().reshape(-1, *pieces.shape[-2:]).contiguous()
        best = flat.new_empty(len(flat), flat.shape[-1])
        place = torch.empty(best.shape, dtype=torch.int8)
        _highest(flat.numpy(), best.numpy(), place.numpy())
        ctx.save_for_backward(place)
        ctx.shape = pieces.shape
        return best.reshape(*pieces.shape[:-2], pieces.shape[-1])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:  # noqa: ANN401
        (place,) = ctx.saved_tensors
        grad = grads[0].reshape(place.shape).contiguous()
        out = grad.new_empty(len(place), ctx.shape[-2], place.shape[1])
        _spread(grad.numpy(), place.numpy(), out.numpy())
        return out.reshape(ctx.shape)


@njit(nogil=True, cache=True)
def _highest(pieces: Floats, best: Floats, place: Places) -> None:
    """Fill the largest of pieces (m, p, n), and which it was: (m, n).

    Piece after piece over whole rows: with the pieces innermost the compiler takes no vectors.
    """
    for row in range(pieces.shape[0]):
        for i in range(pieces.shape[2]):
            best[row, i] = pieces[row, 0, i]
            place[row, i] = 0
        for piece in range(1, pieces.shape[1]):
            for i in range(pieces.shape[2]):
                if pieces[row, piece, i] > best[row, i]:
                    best[row, i] = pieces[row, piece, i]
                    place[row, i] = piece


@njit(nogil=True, cache=True)
def _spread(grad: Floats, place: Places, out: Floats) -> None:
    """Give each gradient (m, n) to the piece that it came from, 0 to the others: (m, p, n)."""
    for row in range(grad.shape[0]):
        for piece in range(out.shape[1]):
            for i in range(grad.shape[1]):
                out[row, piece, i] = grad[row, i] if place[row, i] == piece else 0.0
