"""The scans of `aeot.transport.scan` in NumPy, for versions of Numba with which they do not work.

Inputs and outputs are the same; they are several times as slow because scores are written to
memory.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LANES = 16  # samples of a block
PLANES = 6  # planes of a block

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.int32]
State = tuple[Floats, Places] | tuple[Floats, Places, Floats, Places]


def highest(planes: Floats, x: Floats, start: int, state: State) -> None:
    """Update each sample's highest plane, or the highest two, by a tile.

    Args:
        planes: (T, d + 1), planes start, ..., start + T - 1, heights last.
        x: (n / L, d, L) samples, in blocks of any length L.
        start: number of the tile's first plane.
        state: (1, n) highest scores so far and their planes and, where they are wanted, the
            second-highest ones and theirs, in and out.

    Raises:
        ValueError: the planes are not whole blocks, or the state is not of n samples.
    """
    if len(planes) % PLANES or state[0].shape[1] != len(x) * x.shape[2]:
        raise ValueError("planes and samples come in whole blocks")
    _keep(planes[:, :-1] @ _rows(x).T + planes[:, -1:], start, [part[0] for part in state])


def crossed(planes: tuple[Floats, Floats], x: tuple[Floats, Floats], state: State) -> None:
    """Find the highest plane, or the highest two, of every pair (i, i + k) of half samples.

    Args:
        planes: (N, p + 1) left and (N, q + 1) right halves; a plane's height is the sum of both.
        x: (n / L, p, L) left halves of samples, and (m / L, q, L) right ones, m >= n + K - 1.
        state: (K, n), as in `highest`, in and out.

    Raises:
        ValueError: the planes are not whole blocks, or there are too few right halves.
    """
    met, count = state[0].shape
    if len(planes[0]) % PLANES or len(planes[0]) != len(planes[1]):
        raise ValueError("planes come in whole blocks, left and right alike")
    left, right = (_rows(half) for half in x)
    if count != len(left) or count + met - 1 > len(right):
        raise ValueError("every left half meets as many right halves as the state has rows")
    a, b = (p[:, :-1] @ rows.T + p[:, -1:] for p, rows in zip(planes, (left, right), strict=True))
    for k in range(met):
        _keep(a + b[:, k : k + count], 0, [part[k] for part in state])


def _rows(x: Floats) -> Floats:
    """Lay blocks (n / L, d, L) out as samples (n, d)."""
    return x.transpose(0, 2, 1).reshape(-1, x.shape[1])


def _keep(scores: Floats, start: int, state: list[NDArray[Any]]) -> None:
    """Merge scores (T, n) into a state of (n,) arrays; ties stay with the plane that came first."""
    columns = np.arange(scores.shape[1])
    kept = len(state) // 2
    values, places = [*state[::2]], [*state[1::2]]
    for _ in range(kept):
        top = scores.argmax(axis=0)
        values.append(scores[top, columns])
        places.append((start + top).astype(np.int32))
        scores[top, columns] = -np.inf
    value, place = np.stack(values), np.stack(places)
    order = np.argsort(-value, axis=0, kind="stable")[:kept]
    for rank in range(kept):
        state[2 * rank][:] = value[order[rank], columns]
        state[2 * rank + 1][:] = place[order[rank], columns]
