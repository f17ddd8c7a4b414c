"""The codes that a source sample mixes, their weights, and a queue of singular samples."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass
class Mixture:
    """The cells near m source samples.

    Attributes:
        cells: (m, k) int64, the sample's own power cell first.
        allowed: (m, k - 1) bool, which of the others may be mixed with it; none if the sample is
            singular.
        distance: (m, k) to the cells' mass centres, for weights of inverse distance; None for
            uniform weights, where k = 2.
    """

    cells: Tensor
    allowed: Tensor
    distance: Tensor | None

    @property
    def singular(self) -> Tensor:
        """(m,) bool, the samples that may be mixed with no other cell."""
        return ~self.allowed.any(dim=1)

    def __getitem__(self, rows: Tensor) -> "Mixture":
        distance = None if self.distance is None else self.distance[rows]
        return Mixture(self.cells[rows], self.allowed[rows], distance)

    def __setitem__(self, rows: Tensor, other: "Mixture") -> None:
        self.cells[rows], self.allowed[rows] = other.cells, other.allowed
        if self.distance is not None and other.distance is not None:
            self.distance[rows] = other.distance

    @classmethod
    def join(cls, parts: "Sequence[Mixture]") -> "Mixture":
        """Concatenate mixtures."""
        distances = [part.distance for part in parts if part.distance is not None]
        return cls(
            torch.cat([part.cells for part in parts]),
            torch.cat([part.allowed for part in parts]),
            torch.cat(distances) if distances else None,
        )

    def weights(self, share: Tensor) -> Tensor:
        """Weights of the cells, summing to one; a singular sample's own cell has all of it.

        Args:
            share: (m,) in [0, 1], the weight of the own cell's code if weights are uniform.

        Returns:
            (m, k).
        """
        if self.distance is None:
            weights = torch.stack([share, 1 - share], dim=1)
        else:
            weights = 1 / self.distance.clamp_min(1e-12)
            weights[:, 1:] *= self.allowed
            weights /= weights.sum(dim=1, keepdim=True)
        alone = self.singular
        weights[alone, 0], weights[alone, 1:] = 1, 0
        return weights


class Queue:
    """Queue of singular samples that are to be replaced by others of the same cell, in order.

    Args:
        found: the samples; they are replaced in place.
        alone: (N,) bool, the cells whose samples are all singular, for which none waits.

    Attributes:
        waiting: (N,) bool, cells that samples wait for.
    """

    def __init__(self, found: Mixture, alone: Tensor) -> None:
        self._found, cells = found, len(alone)
        rows = torch.nonzero(found.singular & ~alone[found.cells[:, 0]])[:, 0]
        own, order = found.cells[rows, 0].sort(stable=True)
        self._rows = rows[order]
        self._next = torch.searchsorted(own, torch.arange(cells, device=own.device))
        self._end = self._next + torch.bincount(own, minlength=cells)
        self.waiting = self._next < self._end

    def serve(self, drawn: Mixture) -> None:
        """Replace waiting samples by draws that are not singular."""
        own, order = (
            drawn.cells[:, 0].masked_fill(drawn.singular, len(self._next)).sort(stable=True)
        )
        regular = own < len(self._next)
        own, order = own[regular], order[regular]
        # The r-th draw of a cell replaces the r-th waiting sample of that cell.
        place = self._next[own] + torch.arange(len(own), device=own.device)
        place -= torch.searchsorted(own, own)
        taken = place < self._end[own]
        self._found[self._rows[place[taken]]] = drawn[order[taken]]
        self._next += torch.bincount(own[taken], minlength=len(self._next))
        self.waiting = self._next < self._end
