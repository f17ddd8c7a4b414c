"""The transport map in the user's coordinates: apply it, sample from it, save it."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast, overload

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.files import load_arrays, save_arrays
from aeot.transport.cells import Planes
from aeot.transport.problem import Matrix, Vector, bulk, precision, spreads
from aeot.transport.settings import SourceName
from aeot.transport.source import Source


@dataclass(frozen=True)
class TransportMap:
    """The optimal map x -> support[argmax_i <x, support_i> + heights_i].

    Attributes:
        support: (N, d) float32, the codes as they were given.
        heights: (N,) float64.
        masses: (N,) float64 target masses.
        source: `uniform` on [0, 1]^d, or `gaussian`, N(0, I).
    """

    support: Matrix
    heights: Vector
    masses: Vector
    source: SourceName

    def planes(self, device: torch.device | str = "cpu") -> "UserPlanes":
        """Return the map on a device, for repeated use."""
        return UserPlanes(self, torch.device(device))

    @cached_property
    def _kept(self) -> "dict[torch.device, UserPlanes]":
        """What `cells` has used, by device: a training asks for pairs at every step."""
        return {}

    @overload
    def cells(self, x: Tensor) -> Tensor: ...
    @overload
    def cells(self, x: NDArray[Any]) -> NDArray[np.int64]: ...
    def cells(self, x: Tensor | NDArray[Any]) -> Tensor | NDArray[np.int64]:
        """Power cell of each source sample: argmax_i <x, support_i> + heights_i.

        Args:
            x: (m, d), in the source's own coordinates, as a tensor or an array.

        Returns:
            (m,) int64, an array or a tensor like x, on its device.

        Raises:
            InputError: x has another shape.
        """
        if x.ndim != 2 or x.shape[1] != self.support.shape[1]:
            raise InputError(
                f"x has shape {tuple(x.shape)}; the map needs (m, {self.support.shape[1]})."
            )
        if not isinstance(x, Tensor):
            return self.cells(torch.from_numpy(np.asarray(x, float))).numpy()
        if x.device not in self._kept:
            self._kept[x.device] = self.planes(x.device)
        return self._kept[x.device].best(x)

    @overload
    def map(self, x: Tensor) -> Tensor: ...
    @overload
    def map(self, x: NDArray[Any]) -> Matrix: ...
    def map(self, x: Tensor | NDArray[Any]) -> Tensor | Matrix:
        """Transport source samples: T(x) = support_i, i the power cell of x (`cells`).

        Returns:
            (m, d) float32, an array or a tensor like x, on its device.
        """
        if isinstance(x, Tensor):
            return torch.from_numpy(self.support).to(x.device)[self.cells(x)]
        return self.support[self.cells(x)]

    @overload
    def pairs(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]: ...
    @overload
    def pairs(
        self, count: int, generator: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]: ...
    def pairs(
        self, count: int, generator: torch.Generator | np.random.Generator
    ) -> tuple[Tensor, Tensor] | tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Draw from the optimal coupling: source samples, each with the cell that it lies in.

        What the whole target, not only a batch of it, pairs a sample with: `support[cell]`, and
        whatever else belongs to that code. Of codes that coincide the first has the cell.

        Args:
            count: number of pairs.
            generator: of NumPy, which gives arrays, or of torch, which gives tensors on its device.

        Returns:
            (count, d) samples, float32 as a tensor and float64 as an array, and (count,) int64
            cells (`cells`).
        """
        dimension = self.support.shape[1]
        if isinstance(generator, torch.Generator):
            drawn = Source(self.source, dimension).sample(count, generator)
            return drawn, self.cells(drawn)
        shape = (count, dimension)
        uniform = self.source == "uniform"
        x = generator.random(shape) if uniform else generator.normal(size=shape)
        return x, self.cells(x)

    @overload
    def sample(self, count: int, generator: torch.Generator) -> Tensor: ...
    @overload
    def sample(self, count: int, generator: np.random.Generator) -> Matrix: ...
    def sample(
        self, count: int, generator: torch.Generator | np.random.Generator
    ) -> Tensor | Matrix:
        """Draw `count` points of the target: source samples, transported.

        Args:
            count: number of samples.
            generator: a NumPy generator, for an array, or a torch generator, for a tensor.

        Returns:
            (count, d) float32.
        """
        if isinstance(generator, torch.Generator):
            cells = self.pairs(count, generator)[1]
            return torch.from_numpy(self.support).to(cells.device)[cells]
        return self.support[self.pairs(count, generator)[1]]

    def save(self, path: str | Path) -> None:
        """Write `support`, `heights`, `masses` and `source` as an `.npz`."""
        arrays: dict[str, Any] = {
            "support": self.support,
            "heights": self.heights,
            "masses": self.masses,
            "source": np.array(self.source),
        }
        save_arrays(path, **arrays)

    @classmethod
    def load(cls, path: str | Path) -> "TransportMap":
        """Read a map that `save` wrote.

        Raises:
            InputError: the file is missing, corrupt, or its shapes do not fit.
        """
        arrays = load_arrays(path, "support", "heights", "masses", "source")
        support, heights, masses = arrays["support"], arrays["heights"], arrays["masses"]
        source = cast(SourceName, str(arrays["source"]))
        if support.ndim != 2 or heights.shape != masses.shape or heights.shape != support.shape[:1]:
            raise InputError(f"{path}: support, heights and masses do not fit one another.")
        if source not in ("uniform", "gaussian"):
            raise InputError(f"{path}: source must be uniform or gaussian, not {source!r}.")
        if not (np.isfinite(support).all() and np.isfinite(heights).all()):
            raise InputError(f"{path}: support or heights are not finite; solve it again.")
        return cls(support.astype(np.float32), heights.astype(np.float64), masses, source)


class UserPlanes:
    """The kernel in the user's coordinates; evaluates in centred ones, which round less."""

    def __init__(self, transport: TransportMap, device: torch.device) -> None:
        self.source = Source(transport.source, transport.support.shape[1])
        centre, radius = bulk(transport.support)
        centred = transport.support - centre
        heights = transport.heights + centred.sum(axis=1) * self.source.centre
        dtype = precision(spreads(transport.support, centre, radius)[0])
        self._planes = Planes(torch.from_numpy(centred).to(device, dtype))
        self._planes.set_heights(torch.from_numpy(heights - heights.mean()).to(device))

    def best(self, x: Tensor) -> Tensor:
        """Power cell of each sample x (m, d): (m,) int64."""
        return self._planes.best(x - self.source.centre)

    def best_two(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Best and second-best plane of each sample x (m, d) and their gap."""
        return self._planes.best_two(x - self.source.centre)
