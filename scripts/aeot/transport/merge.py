"""Codes that are the same point, or too close to be distinguished by the kernel's arithmetic."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Matrix = NDArray[np.float32]
Index = NDArray[np.int64]

_CHUNK = 1 << 16  # pairs whose distances are computed at a time


def merge_close(codes: Matrix, distance: float) -> Index:
    """Group codes that a chain of steps of at most `distance` joins.

    Close points have close projections: along a random direction only neighbours in sorted order
    have to be compared, which takes O(N) memory and, except for large clusters, O(N log N) time.

    Args:
        codes: (N, d), finite.
        distance: largest Euclidean distance of a step, 0 for equal codes only.

    Returns:
        (N,) group of every code; groups are numbered by their first member.
    """
    direction = np.random.default_rng(0).normal(size=codes.shape[1])
    place = codes @ (direction / np.linalg.norm(direction)).astype(codes.dtype)
    # Equal rows may differ in their projection's last digits.
    reach = distance + 8 * np.finfo(codes.dtype).eps * _norms(codes)
    order = np.argsort(place, kind="stable")
    # Copies first, with one comparison each: comparing all their pairs would take too long.
    copies = _join(np.arange(len(codes)), *_close(codes, order[:-1], order[1:], 0.0))
    groups = copies
    order = order[np.sort(np.unique(copies[order], return_index=True)[1])]
    for step in range(1, len(order)):
        near = place[order[step:]] - place[order[:-step]] <= reach[order[step:]]
        if not near.any():
            break
        groups = _join(groups, *_close(codes, order[:-step][near], order[step:][near], distance))
    return _renumber(groups)


def _close(codes: Matrix, i: Index, j: Index, distance: float) -> tuple[Index, Index]:
    """The pairs (i, j) whose distance is at most `distance`."""
    keep = [
        _norms(codes[i[s : s + _CHUNK]] - codes[j[s : s + _CHUNK]]) <= distance
        for s in range(0, len(i), _CHUNK)
    ]
    close = np.concatenate(keep) if keep else np.zeros(0, bool)
    return i[close], j[close]


def _norms(rows: Matrix) -> NDArray[np.float64]:
    """Lengths (n,) of rows (n, d), in double precision, which squares of 1e-24 and 1e24 need."""
    parts = [
        np.linalg.norm(rows[s : s + _CHUNK].astype(np.float64), axis=1)
        for s in range(0, len(rows), _CHUNK)
    ]
    return np.concatenate(parts)


def _join(groups: Index, i: Index, j: Index) -> Index:
    if not len(i):
        return groups
    count = len(groups)
    links = coo_array((np.ones(len(i), np.int8), (groups[i], groups[j])), shape=(count, count))
    return connected_components(links, directed=False)[1].astype(np.int64)[groups]


def _renumber(groups: Index) -> Index:
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse.reshape(-1)]
