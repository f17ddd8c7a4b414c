"""Which plane is highest: the kernel of everything, tiled so that memory stays small."""

import math
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import torch
from torch import Tensor

from aeot.transport import fused

_TILE, _COLUMNS = 1 << 23, 8192  # scores in a tile (32 MB of float32), and in a row of it at most


class Planes:
    """The planes x -> <x, y_i> + h_i over a fixed support.

    Heights are folded into the product, [x, 1] . [y; h], which is faster than adding them; the
    largest entry of a row is then found tile by tile, so that memory does not grow with the
    number of samples times the number of planes.

    Args:
        support: (N, d), the y_i, in the precision in which the planes are to be compared.
    """

    def __init__(self, support: Tensor) -> None:
        count, dimension = support.shape
        self.support = support.contiguous()
        self.device = support.device
        self.dtype = support.dtype
        self._matrix = torch.empty(dimension + 1, count, dtype=self.dtype, device=self.device)
        self._matrix[:-1] = support.T
        # Long rows suit argmax, tiles of equal width the product.
        self._columns = math.ceil(count / math.ceil(count / _COLUMNS))
        self._rows = max(1, _TILE // self._columns)
        self._buffer = torch.empty(0, dtype=self.dtype, device=self.device)

    def set_heights(self, heights: Tensor) -> None:
        """Use `heights` (N,) from now on."""
        self._matrix[-1] = heights

    def best(self, x: Tensor, rough: bool = False) -> Tensor:
        """Power cell of each sample: (m,) int64 for x of shape (m, d). Ties go to the first.

        `rough` lets the products be rounded as in `best_two`.
        """
        if self._fused(x):
            return self._fused_two(x, rough)[0]
        return self._scan(x, second=False)[0]

    def best_two(self, x: Tensor, rough: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """Best and second-best plane of each sample and the gap between their values, >= 0.

        Args:
            x: (m, d) samples; the support has at least two points.
            rough: allow TF32 products, on CUDA; only for a centred support.

        Returns:
            (m,) int64 cell, (m,) int64 runner-up, (m,) gap.
        """
        return self._fused_two(x, rough) if self._fused(x) else self._scan(x, second=True)

    def _fused(self, x: Tensor) -> bool:
        """Whether the fused kernel serves: CUDA, single precision, two planes, d up to 512."""
        count, dimension = self.support.shape
        fits = self.dtype == torch.float32 and count >= 2 and dimension <= 512 and len(x) > 0
        return fits and fused.available(self.device)

    def _fused_two(self, x: Tensor, rough: bool) -> tuple[Tensor, Tensor, Tensor]:
        x = x.to(self.device, self.dtype)
        return fused.best_two(x, self.support, self._matrix[-1], tf32=rough)

    def _scan(self, x: Tensor, second: bool) -> tuple[Tensor, Tensor, Tensor]:
        size = min(len(x), self._rows) * self._columns
        if self._buffer.numel() < size:
            self._buffer = torch.empty(size, dtype=self.dtype, device=self.device)
        parts = [self._scan_rows(rows, second) for rows in x.split(self._rows)]
        cell, runner_up, gap = zip(*parts, strict=True)
        return torch.cat(cell), torch.cat(runner_up), torch.cat(gap)

    def _scan_rows(self, x: Tensor, second: bool) -> tuple[Tensor, Tensor, Tensor]:
        """Merge the tiles' winners into the rows' winners."""
        ones = torch.ones(len(x), 1, dtype=self.dtype, device=self.device)
        augmented = torch.cat([x.to(self.device, self.dtype), ones], dim=1)
        values, places = [], []
        for start in range(0, self._matrix.shape[1], self._columns):
            tile = self._matrix[:, start : start + self._columns]
            shape = (len(x), tile.shape[1])
            scores = self._buffer[: shape[0] * shape[1]].view(shape)
            torch.mm(augmented, tile, out=scores)
            for _ in range(min(2, shape[1]) if second else 1):
                place = _argmax(scores)[:, None]
                values.append(scores.gather(1, place))
                places.append(place + start)
                if second:
                    scores.scatter_(1, place, -torch.inf)
        value, place = torch.cat(values, 1), torch.cat(places, 1)
        if not second:
            first = _argmax(value)[:, None]
            return place.gather(1, first)[:, 0], place[:0, 0], value[:0, 0]
        top, order = value.topk(2, dim=1)
        place = place.gather(1, order)
        return place[:, 0], place[:, 1], top[:, 0] - top[:, 1]


def _argmax(scores: Tensor) -> Tensor:
    """Row-wise argmax; on the CPU through NumPy, whose vectorised one is about 5 times faster.

    NumPy runs on one core and lets go of the interpreter: every thread takes a part of the rows.
    """
    if scores.device.type != "cpu":
        return scores.argmax(dim=1)
    threads = torch.get_num_threads()
    if threads == 1 or scores.numel() < 1 << 16:
        return torch.from_numpy(np.argmax(scores.numpy(), axis=1))
    parts = _pool(threads).map(_rows_argmax, np.array_split(scores.numpy(), threads))
    return torch.from_numpy(np.concatenate(list(parts)))


def _rows_argmax(scores: np.ndarray) -> np.ndarray:
    return np.argmax(scores, axis=1)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="argmax")
