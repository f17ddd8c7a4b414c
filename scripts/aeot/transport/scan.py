"""Compiled scans over a tile of scores: each sample's highest plane, and the runner-up.

A tile holds one row a plane and one column a sample, so that an instruction serves many samples.
What is best so far goes in and comes out; ties stay with the plane that came first. The scans let
go of the interpreter: threads run them side by side.

The loops are written out and run over whole rows on purpose. With the runner-up's part in a shared
function (numba 0.68.1, inlined or not) they took over 200 times as long, with a range of columns in
place of all of them 8 times: the compiler then gives up on vector instructions.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import config, njit
from numba.core.codegen import get_host_cpu_features
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.int32]


def _take_widest_vectors() -> None:
    """Have Numba use all 512 bits of a register: LLVM takes half of them if not told otherwise.

    The setting is the process's; one that the user made, `NUMBA_CPU_FEATURES`, stays.
    """
    features = get_host_cpu_features()
    if config.CPU_FEATURES is None and "+avx512f" in features.split(","):  # type: ignore[attr-defined]
        config.CPU_FEATURES = f"{features},-prefer-256-bit"  # type: ignore[attr-defined]


_take_widest_vectors()


@njit(nogil=True, cache=True)
def highest(scores: Floats, start: int, best: Floats, cell: Places) -> None:
    """Update each sample's highest plane by a tile.

    Args:
        scores: (T, n), planes start, ..., start + T - 1 at n samples.
        start: number of the tile's first plane.
        best: (n,) highest scores so far, in and out.
        cell: (n,) their planes, in and out.
    """
    for j in range(scores.shape[0]):
        plane = np.int32(start + j)
        for i in range(scores.shape[1]):
            score = scores[j, i]
            if score > best[i]:
                best[i] = score
                cell[i] = plane


@njit(nogil=True, cache=True)
def highest_two(
    scores: Floats, start: int, best: Floats, cell: Places, second: Floats, other: Places
) -> None:
    """Update each sample's two highest planes by a tile.

    Args:
        scores: as in `highest`, and so are start, best and cell.
        start: number of the tile's first plane.
        best: (n,) highest scores so far.
        cell: (n,) their planes.
        second: (n,) second-highest scores so far, in and out.
        other: (n,) their planes, in and out.
    """
    for j in range(scores.shape[0]):
        plane = np.int32(start + j)
        for i in range(scores.shape[1]):
            score = scores[j, i]
            if score > second[i]:
                if score > best[i]:
                    second[i] = best[i]
                    other[i] = cell[i]
                    best[i] = score
                    cell[i] = plane
                else:
                    second[i] = score
                    other[i] = plane


@njit(nogil=True, cache=True)
def crossed(left: Floats, right: Floats, start: int, best: Floats, cell: Places) -> None:
    """Update the highest plane of every pair (i, i + k) of half samples by a tile.

    Args:
        left: (T, n) scores of the left halves, heights included.
        right: (T, n + K - 1) scores of the right halves.
        start: number of the tile's first plane.
        best: (K, n) highest sums left[:, i] + right[:, i + k] so far, in and out.
        cell: (K, n) their planes, in and out.
    """
    for j in range(left.shape[0]):
        plane = np.int32(start + j)
        for k in range(best.shape[0]):
            for i in range(left.shape[1]):
                score = left[j, i] + right[j, i + k]
                if score > best[k, i]:
                    best[k, i] = score
                    cell[k, i] = plane


@njit(nogil=True, cache=True)
def crossed_two(
    left: Floats, right: Floats, start: int,
    best: Floats, cell: Places, second: Floats, other: Places,
) -> None:  # fmt: skip
    """Update the two highest planes of every pair by a tile: `crossed` with a runner-up.

    Args:
        left: (T, n) scores of the left halves, heights included.
        right: (T, n + K - 1) scores of the right halves.
        start: number of the tile's first plane.
        best: (K, n) highest sums so far.
        cell: (K, n) their planes.
        second: (K, n) second-highest sums so far, in and out.
        other: (K, n) their planes, in and out.
    """
    for j in range(left.shape[0]):
        plane = np.int32(start + j)
        for k in range(best.shape[0]):
            for i in range(left.shape[1]):
                score = left[j, i] + right[j, i + k]
                if score > second[k, i]:
                    if score > best[k, i]:
                        second[k, i] = best[k, i]
                        other[k, i] = cell[k, i]
                        best[k, i] = score
                        cell[k, i] = plane
                    else:
                        second[k, i] = score
                        other[k, i] = plane


@cache
def direct(d: int, second: bool) -> Callable[..., None]:
    """Compile the scan that makes its own scores, for few dimensions d: no tile is written.

    That the compiler knows the number of dimensions makes it fast; in many dimensions the library's
    product and a scan are faster. A product and its sum are rounded once, as in the library.

    Returns:
        A function of planes (N, d + 1), heights last, samples (d, n), and what `highest`, or with
        `second` `highest_two`, updates.
    """

    @njit(nogil=True, cache=True, fastmath={"contract"})
    def best_of(planes: Floats, x: Floats, best: Floats, cell: Places) -> None:
        for j in range(planes.shape[0]):
            plane, y = np.int32(j), planes[j]
            for i in range(x.shape[1]):
                score = y[d]
                for k in range(d):
                    score += y[k] * x[k, i]
                if score > best[i]:
                    best[i] = score
                    cell[i] = plane

    @njit(nogil=True, cache=True, fastmath={"contract"})
    def two_of(
        planes: Floats, x: Floats, best: Floats, cell: Places, second: Floats, other: Places
    ) -> None:
        for j in range(planes.shape[0]):
            plane, y = np.int32(j), planes[j]
            for i in range(x.shape[1]):
                score = y[d]
                for k in range(d):
                    score += y[k] * x[k, i]
                if score > second[i]:
                    if score > best[i]:
                        second[i] = best[i]
                        other[i] = cell[i]
                        best[i] = score
                        cell[i] = plane
                    else:
                        second[i] = score
                        other[i] = plane

    return two_of if second else best_of
