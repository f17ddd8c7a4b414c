"""The best and the second-best plane of crossed half samples, on devices other than the CPU.

The score of a pair is the sum of its halves' scores. Two tables, of left and of right halves by
planes, are made by the device's own products, for as many planes at a time as `_SCORES` allows,
and what is best so far is updated by their sums: on CUDA by a Triton kernel, which keeps the sums
in registers, elsewhere, in double precision or without Triton by torch, which writes them. Tables
are IEEE float32 or float64, never TF32.

Of the kernel: a program holds `_PAIRS` pairs, of neighbouring left halves with all right halves
that these meet. For each pair `_LANES` lanes keep the highest plane (or the highest two) of those
that they have seen, tile after tile; at the end the lanes' planes are compared with one another
and with those of the tables before. So a thread has 16 sums, and 96 (highest) or 128 (highest two)
registers, by the compiler's own report.

CALCULATED, NOT MEASURED, for an H100 SXM, from its specification. A sum is 4 (highest) to 9
(highest two) instructions, 5 on average in a step, of 1/128 cycle on one of the 132
multiprocessors: 0.17 ps per score at 1.75 GHz. Products are d / 8 flops per score, 0.14 ps at
d = 64 and 56 Tflop/s. Both tables, written and read once, are 1 byte per score of main memory:
0.30 ps. Without crossing, IEEE float32 takes 2.3 ps at d = 64 (`aeot.transport.fused`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from aeot.transport import fused

if TYPE_CHECKING:
    import triton.language as tl

Halves = tuple[Tensor, Tensor]

_ROWS = 4096  # left halves at a time, at most
_SCORES = 1 << 23  # scores of a table at a time (32 MB of float32), at most
_PAIRS = 128  # pairs of a program of the kernel
_LANES = 16  # ... and planes of a tile
_NONE = 0x7FFF0000  # where a lane has seen no plane


def best_two(planes: Halves, x: Halves, second: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Best and second-best plane where every left half sample meets `K` right ones.

    Args:
        planes: (N, p + 1) left and (N, q + 1) right halves, heights last; a plane's height is the
            sum of both. With `second` N is 2 or more.
        x: left halves (n, p) and right halves (n + K - 1, q); left i meets right i, ..., i + K - 1.
        second: whether the runner-up is wanted; else it and the gap come back empty.

    Returns:
        (n, K) int64 cell, (n, K) int64 runner-up, (n, K) gap >= 0. Ties go to the lowest index.
    """
    left, right = x
    met = len(right) - len(left) + 1
    value, plane = left.new_empty(2, 0, met), left.new_empty(2, 0, met, dtype=torch.int64)
    parts = [(value, plane)]
    with _whole_products():
        for start in range(0, len(left), _ROWS):
            rows = left[start : start + _ROWS]
            parts.append(_rows(planes, (rows, right[start : start + len(rows) + met - 1]), second))
    value, plane = (torch.cat([part[kept] for part in parts], 1) for kept in (0, 1))
    if not second:
        return plane[0], plane[1, :0], value[1, :0]
    return plane[0], plane[1], value[0] - value[1]


@contextmanager
def _whole_products() -> Iterator[None]:
    """Do not let products be rounded, whatever the process has allowed."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _rows(planes: Halves, x: Halves, second: bool) -> Halves:
    """Find the planes of some left halves: their (2, n, K) values and numbers."""
    count, (rows, others) = len(planes[0]), map(len, x)
    value = x[0].new_full((2, rows, others - rows + 1), -torch.inf)
    plane = torch.zeros_like(value, dtype=torch.int64)
    compiled = value.dtype == torch.float32 and fused.available(value.device)
    keep = update if compiled else _update
    width = max(1, min(count, _SCORES // others))
    for start in range(0, count, width):
        tile = (half[start : start + width] for half in planes)
        left, right = (
            torch.addmm(part[:, -1], half, part[:, :-1].T)
            for half, part in zip(x, tile, strict=True)
        )
        keep(left, right, start, value, plane, second)
    return value, plane


def _update(
    left: Tensor, right: Tensor, start: int, value: Tensor, plane: Tensor, second: bool
) -> Halves:
    """Do the work of `update` by torch."""
    kept = slice(1 + second)
    for k in range(value.shape[2]):
        tops, places = _highest(left + right[k : k + len(left)], 1 + second)
        values = torch.cat([value[kept, :, k].T, tops], 1)
        numbers = torch.cat([plane[kept, :, k].T, start + places], 1)
        tops, places = _highest(values, 1 + second)
        value[kept, :, k], plane[kept, :, k] = tops.T, numbers.gather(1, places).T
    return value, plane


def _highest(scores: Tensor, kept: int) -> Halves:
    """Take values and places (n, kept) of the highest from scores (n, N); ties go to the first."""
    values, places = [], []
    for _ in range(kept):
        value, place = scores.max(1, keepdim=True)
        scores.scatter_(1, place, -torch.inf)
        values.append(value)
        places.append(place)
    return torch.cat(values, 1), torch.cat(places, 1)


def update(
    left: Tensor, right: Tensor, start: int, value: Tensor, plane: Tensor, second: bool
) -> Halves:
    """Update the highest planes of pairs (i, i + k) by a table of some planes, with Triton.

    Args:
        left: (n, W) float32 scores of left halves, contiguous; n W below 2^31.
        right: (n + K - 1, W) scores of right halves.
        start: number of the tables' first plane.
        value: (2, n, K) float32 best and second-best score so far, in and out.
        plane: (2, n, K) int64 their planes, in and out.
        second: whether the second-best ones are wanted; else they stay as they are.

    Returns:
        `value` and `plane`.
    """
    import triton

    (count, width), met = left.shape, value.shape[2]
    meet = triton.next_power_of_2(met)
    rows = max(1, _PAIRS // meet)
    with torch.cuda.device_of(left):
        _kernel()[(triton.cdiv(count, rows),)](
            left, right, value, plane, count, met, width, start,
            SECOND=second, ROWS=rows, MEET=meet, LANES=_LANES, NONE=_NONE, num_warps=4,
        )  # fmt: skip
    return value, plane


@cache
def _kernel() -> Any:  # noqa: ANN401
    """Import Triton only now: it is not installed everywhere, and takes a while."""
    global tl
    import triton
    import triton.language as tl

    return triton.jit(_keep)


def _keep(
    left: tl.tensor, right: tl.tensor, value: tl.tensor, number: tl.tensor,
    count: int, met: int, width: int, start: int,
    SECOND: tl.constexpr, ROWS: tl.constexpr, MEET: tl.constexpr, LANES: tl.constexpr,
    NONE: tl.constexpr,
) -> None:  # fmt: skip
    """Kernel: the highest plane, or the highest two, of ROWS left halves' pairs."""
    row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
    k = tl.arange(0, MEET)
    pair = row[:, None] * met + k[None, :]
    known = (row < count)[:, None] & (k < met)[None, :]
    row = tl.minimum(row, count - 1)
    other = tl.minimum(row[:, None] + k[None, :], count + met - 2)
    lane = tl.arange(0, LANES)[None, None, :]
    mine = left + row[:, None, None] * width + lane
    theirs = right + other[:, :, None] * width + lane
    high = tl.full((ROWS, MEET, LANES), float("-inf"), tl.float32)
    low = tl.full((ROWS, MEET, LANES), float("-inf"), tl.float32)
    high_at = tl.full((ROWS, MEET, LANES), NONE, tl.int32)
    low_at = tl.full((ROWS, MEET, LANES), NONE, tl.int32)
    for at in range(0, width, LANES):
        inside = lane < width - at
        score = tl.load(mine + at, mask=inside, other=float("-inf"))
        score = score + tl.load(theirs + at, mask=inside, other=0.0)
        best = score > high
        if SECOND:
            low_at = tl.where(best, high_at, tl.where(score > low, at, low_at))
            low = tl.maximum(low, tl.minimum(high, score))
        high_at = tl.where(best, at, high_at)
        high = tl.maximum(high, score)
    most = tl.max(high, 2)
    place = tl.min(tl.where(high == most[:, :, None], high_at + lane, 0x7FFFFFFF), 2)
    # A plane of these tables has a higher number: at equal scores those before stay.
    before = tl.load(value + pair, mask=known, other=0.0)
    one = tl.load(number + pair, mask=known, other=0)
    up = most > before
    tl.store(value + pair, tl.where(up, most, before), mask=known)
    tl.store(number + pair, tl.where(up, start + place.to(tl.int64), one), mask=known)
    if SECOND:
        taken = high_at + lane == place[:, :, None]
        high = tl.where(taken, low, high)
        high_at = tl.where(taken, low_at, high_at)
        next_most = tl.max(high, 2)
        next_place = tl.min(tl.where(high == next_most[:, :, None], high_at + lane, 0x7FFFFFFF), 2)
        pair += count * met
        second = tl.load(value + pair, mask=known, other=0.0)
        two = tl.load(number + pair, mask=known, other=0)
        # The runner-up is the lesser of both best, or one of the second-best.
        new = tl.where(up, next_most, most)
        new_place = start + tl.where(up, next_place, place).to(tl.int64)
        old = tl.where(up, before, second)
        old_place = tl.where(up, one, two)
        tl.store(value + pair, tl.where(new > old, new, old), mask=known)
        tl.store(number + pair, tl.where(new > old, new_place, old_place), mask=known)
