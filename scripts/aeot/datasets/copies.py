"""Copies of a picture whose files differ in compression level, size or format.

Two pictures count as copies when, as grey thumbnails,

* no cell of 16 x 16 differs by more than `CELL` of 255 levels, and
* the root mean square of the difference at 32 x 32 is at most `SHARE` of the lower contrast,
  the standard deviation of a thumbnail.

Copies of a copy are copies. The second condition separates flat pictures of different shades.
"""

import numpy as np

from aeot.files import Array

SIDE = 32  # of a thumbnail
CELL = 20.0
SHARE = 0.15
BLOCK = 256  # thumbnails that are compared with all others at the same time
ROUNDING = 4e-6  # of distances in float32, as a share of the squared norms


def groups(thumbnails: Array) -> Array:
    """Number the groups of copies.

    Cells at 16 x 16 are averages, so the root mean square of their difference is at most that at
    32 x 32: one matrix product finds the few pairs that have to be compared further. Pairs that are
    known to be in one group are not compared.

    Args:
        thumbnails: (n, 32, 32) uint8 grey.

    Returns:
        (n,) int64, equal for copies and different for all others.
    """
    flat = thumbnails.reshape(len(thumbnails), -1)
    different, inverse = np.unique(flat, axis=0, return_inverse=True)
    limits = SHARE * different.std(axis=1, dtype=np.float32)
    cells = _cells(different)
    norms = (cells**2).sum(axis=1)
    group = np.arange(len(different))
    for start in range(0, len(different), BLOCK):
        block, later = slice(start, start + BLOCK), slice(start, None)
        squares = norms[block, None] + norms[later]
        allowed = np.minimum.outer(limits[block], limits[later]) ** 2 * cells.shape[1]
        close = squares * (1 - ROUNDING) - 2 * cells[block] @ cells[later].T <= allowed
        for row in np.flatnonzero(close.sum(axis=1) > 1):
            at, near = start + row, start + np.flatnonzero(close[row])
            near = near[group[near] != group[at]]
            near = near[np.abs(cells[near] - cells[at]).max(axis=1, initial=0) <= CELL]
            error = different[near].astype(np.float32) - different[at]
            near = near[(error**2).mean(axis=1) <= np.minimum(limits[near], limits[at]) ** 2]
            if len(near):
                group[np.isin(group, group[near])] = group[at]
    return group[inverse.reshape(-1)]


def _cells(flat: Array) -> Array:
    """Average 2 x 2 pixels and subtract the middle grey: (n, 256) float32, exact."""
    half = SIDE // 2
    blocks = flat.reshape(len(flat), half, 2, half, 2)
    return blocks.mean(axis=(2, 4), dtype=np.float32).reshape(len(flat), -1) - 128
