"""The best and the second-best plane of each sample in one pass, without a matrix of scores.

The work of `aeot.transport.cells` as Triton kernels, for CUDA. A program holds a block of samples
and goes over the planes tile by tile. Eight neighbouring planes are a group; the program keeps the
two highest groups of each sample in registers, by their highest scores. The two highest planes lie
in them: a second, small kernel scores these 16 planes again in float32 and decides. So TF32 can
cost a plane its place among the 16, but their order and the gap are always float32's.

Precision: `tf32=False` multiplies in IEEE float32, without tensor cores. "tf32x3" (three TF32
products, some 21 bits) would take a third to a half of the time, calculated, but is not IEEE
arithmetic; `_constants` is the place to try it. TF32 keeps 10 bits of each factor: centre samples
and planes first, or a common offset eats them.

CALCULATED, NOT MEASURED, for an H100 SXM, from its specification and the instructions compiled for
it. A score is 2 d flops, and 5 (d = 64) to 6 (d = 128) other instructions of 1/128 cycle on one of
the 132 multiprocessors. At d = 64, 128 scores take 8 cycles of the tensor cores and 5 of the rest:
62 % of the peak of 495 Tflop/s if nothing overlaps, more where two programs share a multiprocessor;
at d = 128, 16 and 6: 73 %. A block of 128 or 256 samples does 64 or 128 flops per byte of the
support out of L2; if that gives 5.5 TB/s, blocks of 128 end at 71 %. Main memory gives 28 bytes per
sample and the support, once while it fits L2 (50 MB: N = 60,000, d = 200). IEEE float32: 84 % of
the instructions are products, of 67 Tflop/s. A matrix of scores, written and read once, costs 8
bytes per score: from main memory (3.35 TB/s) that ends at 53 Tflop/s for d = 64.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

if TYPE_CHECKING:
    import triton.language as tl

log = logging.getLogger(__name__)

_GROUP = 8
_PAD = 256  # planes; a multiple of every tile
_TF32 = [(256, 64, 8, 2), (128, 128, 8, 2), (128, 64, 4, 3), (128, 32, 4, 2), (64, 64, 4, 2)]
_IEEE = [(128, 64, 8, 2), (64, 64, 4, 3), (64, 64, 8, 2)]  # samples, planes, warps, stages


@cache
def available(device: torch.device) -> bool:
    """Whether the kernels run on `device`: CUDA, compute capability 8 or more, a working Triton."""
    if device.type != "cuda":
        return False
    try:
        import triton

        with torch.cuda.device(device):
            target = triton.runtime.driver.active.get_current_target()  # needs a C compiler
    except Exception as reason:
        log.warning("no fused kernel, the slower path is used: Triton does not run (%s)", reason)
        return False
    return bool(target.backend == "cuda" and target.arch >= 80)


def best_two(x: Tensor, y: Tensor, h: Tensor, tf32: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Best and second-best plane x -> <x, y_i> + h_i of each sample, and the gap of their values.

    The first call with another dimension compiles and tries a few tilings, which takes a minute.

    Args:
        x: (m, d) float32 samples, finite; any m below 2^31 and any d.
        y: (N, d) float32 support, contiguous, N >= 2; fastest where d is a multiple of 4.
        h: (N,) float32 heights, finite.
        tf32: whether tensor cores may pick the 16 candidates in TF32.

    Returns:
        (m,) int64 cell, (m,) int64 runner-up, (m,) float32 gap >= 0. Ties go to the lowest index.

    Raises:
        ValueError: shapes, types or places do not fit.
    """
    import triton

    interpreted = triton.knobs.runtime.interpret
    _check(x, y, h, anywhere=interpreted)
    x, h, (m, dimension), count = x.contiguous(), h.contiguous(), x.shape, len(y)
    cell, runner_up = x.new_empty((2, m), dtype=torch.int64)
    gap = x.new_empty(m)
    if m == 0:
        return cell, runner_up, gap
    # Few samples must fill the device too: `splits` programs share the planes of a block of them.
    blocks, cores = triton.cdiv(m, 128), 1
    if x.is_cuda:
        cores = torch.cuda.get_device_properties(x.device).multi_processor_count
    splits = max(1, min(triton.cdiv(8 * cores, blocks), count // 2048))
    share = triton.cdiv(triton.cdiv(count, splits), _PAD) * _PAD
    splits = triton.cdiv(count, share)
    scan, settle = _kernels(dimension, tf32, interpreted)
    constants = _constants(dimension, tf32)
    # Depths in the order in which _scan lays out a tile's planes.
    lanes, pair = constants["LANES"], constants["PAIR"]
    depth = torch.nn.functional.pad(-h, (0, -count % _PAD), value=torch.inf)
    depth = depth.view(-1, lanes, _GROUP // pair, pair).transpose(1, 2).contiguous()
    value = x.new_empty(splits, 2, m)
    first = x.new_empty((splits, 2, m), dtype=torch.int32)
    with torch.cuda.device_of(x):
        scan[lambda meta: (triton.cdiv(m, meta["ROWS"]), splits)](
            x, y, depth, value, first, m, count, share, large=int(m * count > 2**28), **constants
        )
        settle[(triton.cdiv(m, 8),)](
            x, y, h, value, first, cell, runner_up, gap, m, count, splits,
            D=dimension, K=32, ROWS=8, GROUP=_GROUP,
        )  # fmt: skip
    return cell, runner_up, gap


def _check(x: Tensor, y: Tensor, h: Tensor, anywhere: bool) -> None:
    """Raise a ValueError that says what does not fit."""
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or h.shape != y.shape[:1]:
        shapes = ", ".join(str(tuple(a.shape)) for a in (x, y, h))
        raise ValueError(f"x, y, h must have shapes (m, d), (N, d), (N,); they have {shapes}")
    if any(a.dtype != torch.float32 for a in (x, y, h)):
        raise ValueError(f"x, y, h must be float32; they are {x.dtype}, {y.dtype}, {h.dtype}")
    if not y.is_contiguous():
        raise ValueError("y must be contiguous")
    if len(y) < 2 or not y.shape[1]:
        raise ValueError(f"N must be 2 or more and d 1 or more; y is {tuple(y.shape)}")
    if len({a.device for a in (x, y, h)}) > 1 or not (anywhere or x.is_cuda):
        raise ValueError(
            f"x, y, h must be on one GPU; they are on {x.device}, {y.device}, {h.device}"
        )


def _constants(dimension: int, tf32: bool) -> dict[str, Any]:
    """Return what _scan is compiled for, but for the tiling."""
    lanes, pair = (4, 2) if tf32 else (1, _GROUP)
    return {
        "D": dimension,
        "RESIDENT": dimension <= (128 if tf32 else 64),
        "GROUP": _GROUP,
        "LANES": lanes,
        "PAIR": pair,
        "PRECISION": "tf32" if tf32 else "ieee",
    }


@cache
def _kernels(dimension: int, tf32: bool, interpreted: bool) -> tuple[Any, Any]:
    """Import Triton only now: it is not installed everywhere, and takes a while."""
    global tl
    import triton
    import triton.language as tl

    chunks = [16] if not tf32 else [16, 32] if dimension % 32 else [32, 64]
    shapes = _TF32 if tf32 else _IEEE
    if interpreted:  # nothing to tune
        chunks, shapes = chunks[:1], [(32, 64, 4, 1)]
    configs = [
        triton.Config({"ROWS": rows, "TILE": tile, "K": chunk}, num_warps=warps, num_stages=stages)
        for rows, tile, warps, stages in shapes
        for chunk in chunks
    ]
    return triton.autotune(configs, key=["large"])(triton.jit(_scan)), triton.jit(_settle)


def _scan(
    x: tl.tensor, y: tl.tensor, depth: tl.tensor, value: tl.tensor, first: tl.tensor,
    m: int, count: int, share: int, large: int,
    D: tl.constexpr, RESIDENT: tl.constexpr, GROUP: tl.constexpr, LANES: tl.constexpr,
    PAIR: tl.constexpr, PRECISION: tl.constexpr,
    ROWS: tl.constexpr, TILE: tl.constexpr, K: tl.constexpr,
) -> None:  # fmt: skip
    """Kernel: the two highest groups of each sample among a share of the planes.

    A tensor core leaves a thread 2 (PAIR) neighbouring columns out of every 8 (PAIR x LANES) of its
    rows. So that a group stays within a thread, columns (run, lane, pair) of a tile hold planes
    (lane, run, pair); `depth`, minus the heights, comes in that order, padded with infinity. Out go
    the highest score of each of the two groups, `value`, and its first plane, `first`, both
    (splits, 2, m); from 0x7FFF0000 on there is none. A program has ROWS samples and `share`
    planes, in tiles of TILE, K coordinates per product; `large` is the autotuner's.
    """
    CHUNKS: tl.constexpr = (D + K - 1) // K
    SLOTS: tl.constexpr = TILE // GROUP
    RUN: tl.constexpr = GROUP // PAIR
    row = tl.minimum(tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS), m - 1)
    at = x + row[:, None] * D
    k = tl.arange(0, K)[None, :]
    column = tl.arange(0, TILE)
    lane, run = column // PAIR % LANES, column // (PAIR * LANES) % RUN
    plane = column // (GROUP * LANES) * (GROUP * LANES) + lane * GROUP + run * PAIR + column % PAIR
    high = tl.full((ROWS, SLOTS), float("-inf"), tl.float32)
    low = tl.full((ROWS, SLOTS), float("-inf"), tl.float32)
    high_at = tl.full((ROWS, SLOTS), 0x7FFF0000, tl.int32)
    low_at = tl.full((ROWS, SLOTS), 0x7FFF0000, tl.int32)
    begin = tl.program_id(1) * share
    tile = y + begin.to(tl.int64) * D + plane[:, None] * D
    for start in range(begin, tl.minimum(begin + share, count), TILE):
        inside = (plane < count - start)[:, None]
        score = tl.zeros((ROWS, TILE), tl.float32)
        if RESIDENT:
            for c in tl.static_range(CHUNKS):
                a = tl.load(at + c * K + k, mask=c * K + k < D, other=0.0)
                b = tl.load(tile + c * K + k, mask=inside & (c * K + k < D), other=0.0)
                score = tl.dot(a, tl.trans(b), score, input_precision=PRECISION)
        else:
            for c in range(CHUNKS):
                a = tl.load(at + c * K + k, mask=c * K + k < D, other=0.0)
                b = tl.load(tile + c * K + k, mask=inside & (c * K + k < D), other=0.0)
                score = tl.dot(a, tl.trans(b), score, input_precision=PRECISION)
        score = score - tl.load(depth + start + column)[None, :]
        # The highest of each group, (ROWS, SLOTS), merged into the slot's two highest so far.
        top = tl.reshape(score, (ROWS * TILE // (GROUP * LANES), RUN, LANES, PAIR))
        top = tl.reshape(tl.max(tl.max(top, 3), 1), (ROWS, SLOTS))
        best, second = top > high, top > low
        low_at = tl.where(best, high_at, tl.where(second, start, low_at))
        high_at = tl.where(best, start, high_at)
        low = tl.maximum(low, tl.minimum(high, top))
        high = tl.maximum(high, top)
        tile += TILE * D
    slot = (tl.arange(0, SLOTS) * GROUP)[None, :]
    high_at, low_at = high_at + slot, low_at + slot
    out = tl.program_id(1).to(tl.int64) * 2 * m + row
    for _ in tl.static_range(2):
        most = tl.max(high, 1)
        where = tl.min(tl.where(high == most[:, None], high_at, 0x7FFFFFFF), 1)
        tl.store(value + out, most)
        tl.store(first + out, where)
        out += m
        taken = high_at == where[:, None]
        high, high_at = tl.where(taken, low, high), tl.where(taken, low_at, high_at)


def _settle(
    x: tl.tensor, y: tl.tensor, h: tl.tensor, value: tl.tensor, first: tl.tensor,
    cell: tl.tensor, runner_up: tl.tensor, gap: tl.tensor, m: int, count: int, splits: int,
    D: tl.constexpr, K: tl.constexpr, ROWS: tl.constexpr, GROUP: tl.constexpr,
) -> None:  # fmt: skip
    """Kernel: merge the splits' groups, score the planes of the two that are left, and decide."""
    row = tl.minimum(tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS), m - 1)
    high = tl.full((ROWS,), float("-inf"), tl.float32)
    low = tl.full((ROWS,), float("-inf"), tl.float32)
    high_at = tl.full((ROWS,), 0x7FFF0000, tl.int32)
    low_at = tl.full((ROWS,), 0x7FFF0000, tl.int32)
    at = row
    for _ in range(2 * splits):
        top = tl.load(value + at)
        start = tl.load(first + at)
        best, second = top > high, top > low
        low_at = tl.where(best, high_at, tl.where(second, start, low_at))
        high_at = tl.where(best, start, high_at)
        low = tl.maximum(low, tl.minimum(high, top))
        high = tl.maximum(high, top)
        at += m
    place = tl.arange(0, 2 * GROUP)[None, :]
    plane = tl.where(place < GROUP, high_at[:, None], low_at[:, None]).to(tl.int64) + place % GROUP
    inside = plane < count
    score = tl.zeros((ROWS, 2 * GROUP), tl.float32)
    for start in range(0, D, K):
        k = start + tl.arange(0, K)[None, None, :]
        a = tl.load(x + row[:, None, None] * D + k, mask=k < D, other=0.0)
        b = tl.load(y + plane[:, :, None] * D + k, mask=inside[:, :, None] & (k < D), other=0.0)
        score += tl.sum(a * b, 2)
    score = tl.where(inside, score + tl.load(h + plane, mask=inside, other=0.0), float("-inf"))
    most = tl.max(score, 1)
    one = tl.min(tl.where(inside & (score == most[:, None]), plane, count - 1), 1)
    inside = inside & (plane != one[:, None])
    score = tl.where(inside, score, float("-inf"))
    next_most = tl.max(score, 1)
    two = tl.min(tl.where(inside & (score == next_most[:, None]), plane, count - 1), 1)
    tl.store(cell + row, one)
    tl.store(runner_up + row, two)
    tl.store(gap + row, most - next_most)
