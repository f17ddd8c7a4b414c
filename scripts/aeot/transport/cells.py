"""Which plane is highest: the kernel of everything, tiled so that memory stays small."""

import numpy as np
import torch
from torch import Tensor

_ROWS, _COLUMNS = 1024, 8192  # a tile of scores: 32 MB of float32


def precision(dimension: int) -> torch.dtype:
    """Return the precision in which planes over R^d are held and compared.

    Few dimensions crowd the points: there single precision cannot tell neighbouring planes apart,
    and double costs next to nothing.
    """
    return torch.float64 if dimension <= 3 else torch.float32


class Planes:
    """The planes x -> <x, y_i> + h_i over a fixed support.

    Heights are folded into the product, [x, 1] . [y; h], which is faster than adding them; the
    largest entry of a row is then found tile by tile, so that memory does not grow with the
    number of samples times the number of planes.

    Args:
        support: (N, d), the y_i.
    """

    def __init__(self, support: Tensor) -> None:
        count, dimension = support.shape
        self.device = support.device
        self.dtype = precision(dimension)
        self._matrix = torch.empty(dimension + 1, count, dtype=self.dtype, device=self.device)
        self._matrix[:-1] = support.T
        self._buffer = torch.empty(
            _ROWS * min(_COLUMNS, count), dtype=self.dtype, device=self.device
        )

    def set_heights(self, heights: Tensor) -> None:
        """Use `heights` (N,) from now on."""
        self._matrix[-1] = heights

    def best(self, x: Tensor) -> Tensor:
        """Power cell of each sample: (m,) int64 for x of shape (m, d). Ties go to the first."""
        return self._scan(x, second=False)[0]

    def best_two(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Best and second-best plane of each sample and the gap between their values, >= 0.

        Args:
            x: (m, d) samples; the support has at least two points.

        Returns:
            (m,) int64 cell, (m,) int64 runner-up, (m,) gap.
        """
        cell, runner_up, gap = self._scan(x, second=True)
        return cell, runner_up, gap

    def _scan(self, x: Tensor, second: bool) -> tuple[Tensor, Tensor, Tensor]:
        parts = [self._scan_rows(rows, second) for rows in x.split(_ROWS)]
        cell, runner_up, gap = zip(*parts, strict=True)
        return torch.cat(cell), torch.cat(runner_up), torch.cat(gap)

    def _scan_rows(self, x: Tensor, second: bool) -> tuple[Tensor, Tensor, Tensor]:
        """Merge the tiles' winners into the rows' winners."""
        ones = torch.ones(len(x), 1, dtype=self.dtype, device=self.device)
        augmented = torch.cat([x.to(self.device, self.dtype), ones], dim=1)
        values, places = [], []
        for start in range(0, self._matrix.shape[1], _COLUMNS):
            tile = self._matrix[:, start : start + _COLUMNS]
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
    """Row-wise argmax; on the CPU through NumPy, whose vectorised one is about 5 times faster."""
    if scores.device.type == "cpu":
        return torch.from_numpy(np.argmax(scores.numpy(), axis=1))
    return scores.argmax(dim=1)
