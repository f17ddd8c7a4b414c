"""Which plane is highest: the solver's kernel, tiled so that memory stays small."""

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from aeot.transport import crossed, fused, plain
from aeot.transport.kernel import scans

_TILE = 510  # planes of a tile on the CPU, which stay in a core's cache; whole blocks of a scan
_STRIPE = 512  # samples that one thread takes at a time, at least
_WIDE = 8192  # ... and at most
_CROSSED = 256  # ... at most, where every half sample meets many others
_SCORES = 1 << 23  # scores of a tile on other devices (32 MB of float32)
_COLUMNS = 8192  # ... and in a row of it at most
MET = 16  # right halves that every left half sample meets, where they are crossed

Found = tuple[Tensor, Tensor, Tensor]
Halves = tuple[Tensor, Tensor]


class Planes:
    """The planes x -> <x, y_i> + h_i over a fixed support.

    Heights are folded into the product, [x, 1] . [y; h], which is faster than adding them; the
    largest score of a sample is then found tile by tile, so that memory does not grow with the
    number of samples times the number of planes.

    Args:
        support: (N, d), the y_i, in the precision in which the planes are to be compared.
        split: the coordinates that left and right half samples have, where `crossed` is wanted.
    """

    def __init__(self, support: Tensor, split: tuple[slice, slice] | None = None) -> None:
        self.support = support.contiguous()
        self.device, self.dtype = support.device, support.dtype
        self._blocks = _in_blocks(self.support, -math.inf)
        self._matrix = self._blocks[: len(support)]
        self._halves: Halves | None = None
        if split is not None:
            left, right = (self.support[:, part] for part in split)
            self._halves = _in_blocks(left, -math.inf), _in_blocks(right, 0.0)

    @property
    def crosses(self) -> bool:
        """Whether half samples can be crossed."""
        return self._halves is not None

    def set_heights(self, heights: Tensor) -> None:
        """Use `heights` (N,) from now on."""
        self._matrix[:, -1] = heights
        if self._halves is not None:
            self._halves[0][: len(heights), -1] = heights

    def best(self, x: Tensor, rough: bool = False) -> Tensor:
        """Power cell of each sample: (m,) int64 for x of shape (m, d). Ties go to the first.

        `rough` lets the products be rounded as in `best_two`.
        """
        return self._find(x, rough, second=False)[0]

    def best_two(self, x: Tensor, rough: bool = False) -> Found:
        """Best and second-best plane of each sample and the gap between their values, >= 0.

        Args:
            x: (m, d) samples; the support has at least two points.
            rough: allow TF32 products, on CUDA; only for a centred support.

        Returns:
            (m,) int64 cell, (m,) int64 runner-up, (m,) gap.
        """
        return self._find(x, rough, second=True)

    def _find(self, x: Tensor, rough: bool, second: bool) -> Found:
        x = x.to(self.device, self.dtype)
        fits = self.dtype == torch.float32 and len(self.support) >= 2 and len(x) > 0
        if fits and fused.available(self.device):
            return fused.best_two(x, self.support, self._matrix[:, -1].contiguous(), tf32=rough)
        if self.device.type != "cpu":
            return self._scan(x, second)
        planes, width = self._blocks.numpy(), max(_STRIPE, min(_share(len(x)), _WIDE))
        return _in_stripes(len(x), width, lambda rows: _highest(planes, x[rows], second))

    def crossed(self, x: Halves, second: bool) -> Found:
        """Best and second-best plane where every left half sample meets `K` right ones.

        A score is a sum over the coordinates: <x, y> = <a, y_A> + <b, y_B>. Where the source's
        coordinates are independent, left and right halves form a sample in any pairing, and a pair
        costs one addition instead of d products.

        Args:
            x: left halves (n, p) and right halves (n + K - 1, q); left i meets right i, ...,
                i + K - 1.
            second: whether the runner-up is wanted; else it and the gap come back empty.

        Returns:
            (n, K) int64 cell, (n, K) int64 runner-up, (n, K) gap.

        Raises:
            ValueError: the planes were made without a `split`.
        """
        if self._halves is None:
            raise ValueError("planes without a split cannot be crossed")
        left, right = (half.to(self.device, self.dtype) for half in x)
        if self.device.type != "cpu":
            whole = slice(len(self.support))
            return crossed.best_two(
                (self._halves[0][whole], self._halves[1][whole]), (left, right), second
            )
        count, extra = len(left), len(right) - len(left)
        planes = self._halves[0].numpy(), self._halves[1].numpy()

        def found(rows: slice) -> list[NDArray[Any]]:
            return _crossed(planes, (left[rows], right[rows.start : rows.stop + extra]), second)

        width = min(_CROSSED, _share(count))
        return _in_stripes(count, width + -width % scans().LANES, found)

    def _scan(self, x: Tensor, second: bool) -> Found:
        """Find them by the device's own products and argmax."""
        width = math.ceil(len(self.support) / math.ceil(len(self.support) / _COLUMNS))
        parts = [self._scan_rows(rows, width, second) for rows in x.split(_SCORES // width)]
        cell, runner_up, gap = zip(*parts, strict=True)
        return torch.cat(cell), torch.cat(runner_up), torch.cat(gap)

    def _scan_rows(self, x: Tensor, width: int, second: bool) -> Found:
        """Merge the tiles' winners into the rows' winners."""
        augmented = _augmented(x, 1.0)
        values, places = [], []
        for start in range(0, len(self.support), width):
            scores = augmented @ self._matrix[start : start + width].T
            top = scores.topk(min(2 if second else 1, scores.shape[1]), dim=1)
            values.append(top.values)
            places.append(top.indices + start)
        value, place = torch.cat(values, 1), torch.cat(places, 1)
        if not second:
            return place.gather(1, value.argmax(1, keepdim=True))[:, 0], place[:0, 0], value[:0, 0]
        high, order = value.topk(2, dim=1)
        place = place.gather(1, order)
        return place[:, 0], place[:, 1], high[:, 0] - high[:, 1]


def _augmented(rows: Tensor, value: float = 0.0) -> Tensor:
    """Append a column of `value`."""
    return torch.cat([rows, rows.new_full((len(rows), 1), value)], dim=1)


def _in_blocks(planes: Tensor, height: float) -> Tensor:
    """Append a column of heights, and unused planes up to whole blocks."""
    return _augmented(F.pad(planes, (0, 0, 0, -len(planes) % scans().PLANES)), height)


def _in_lanes(x: Tensor, least: int = 0) -> NDArray[Any]:
    """Lay samples (m, d) out as the scans read them, filled up with zeros to `least` at least."""
    count = max(len(x), least)
    whole = F.pad(x, (0, 0, 0, count + -count % scans().LANES - len(x)))
    return whole.unflatten(0, (len(whole) // scans().LANES, scans().LANES)).mT.contiguous().numpy()


def _highest(planes: NDArray[Any], x: Tensor, second: bool) -> list[NDArray[Any]]:
    """Scan all planes (N, d + 1), whole blocks, at the samples (m, d)."""
    blocks = _in_lanes(x)
    state = _state((1, len(blocks) * scans().LANES), x, second)
    for start in range(0, len(planes), _TILE):
        scans().highest(planes[start : start + _TILE], blocks, start, state)
    return [part[0, : len(x)] for part in state]


def _crossed(
    planes: tuple[NDArray[Any], NDArray[Any]], x: Halves, second: bool
) -> list[NDArray[Any]]:
    """Scan both halves of all planes at the half samples (n, p) and (n + K - 1, q)."""
    left, met = _in_lanes(x[0]), len(x[1]) - len(x[0]) + 1
    count = len(left) * scans().LANES
    state = _state((met, count), x[0], second)
    scans().crossed(planes, (left, _in_lanes(x[1], count + met - 1)), state)
    return [part[:, : len(x[0])].T for part in state]


def _state(shape: tuple[int, int], like: Tensor, second: bool) -> plain.State:
    """Make the scans' state: scores and planes, best and, with `second`, second-best."""
    dtype = like.numpy().dtype
    best, cell = np.full(shape, -np.inf, dtype), np.zeros(shape, np.int32)
    return (best, cell, best.copy(), cell.copy()) if second else (best, cell)


def _share(count: int) -> int:
    """Find a thread's share of `count` columns."""
    return math.ceil(count / torch.get_num_threads())


def _in_stripes(count: int, width: int, find: Callable[[slice], list[NDArray[Any]]]) -> Found:
    """Find the planes of `count` columns, a stripe at a time, on all threads."""
    stripes = [slice(start, min(start + width, count)) for start in range(0, max(1, count), width)]
    threads = torch.get_num_threads()
    each = map if threads == 1 or len(stripes) == 1 else _pool(threads).map
    states = list(each(find, stripes))
    parts = [torch.from_numpy(np.concatenate(part)) for part in zip(*states, strict=True)]
    best, cell, second, other = parts if len(parts) == 4 else (*parts, parts[0][:0], parts[1][:0])
    return cell.long(), other.long(), best[: len(second)] - second


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Threads that each scan on their own core."""
    pool = ThreadPoolExecutor(threads, "planes", torch.set_num_threads, (1,))
    together = threading.Barrier(threads)
    list(pool.map(lambda _: together.wait(), range(threads)))
    torch.set_num_threads(threads)  # torch takes the last call for the default of new threads
    return pool
