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
from aeot.seeding import numpy_generator
from aeot.transport.cells import Planes
from aeot.transport.neighbours import nearest
from aeot.transport.problem import Matrix, Vector, bulk, precision, spreads
from aeot.transport.sampled import SampledSource, Sampler, measure
from aeot.transport.settings import SourceName
from aeot.transport.soft import soft_map
from aeot.transport.source import CHUNK, Source


@dataclass(frozen=True)
class TransportMap:
    """The optimal map x -> support[argmax_i <x, support_i> + heights_i].

    Attributes:
        support: (N, d) float32, the codes as they were given.
        heights: (N,) float64.
        masses: (N,) float64 target masses.
        source: `uniform` on [0, 1]^d, `gaussian`, N(0, I), or a function that samples another.
    """

    support: Matrix
    heights: Vector
    masses: Vector
    source: SourceName | Sampler

    def planes(self, device: torch.device | str = "cpu") -> "UserPlanes":
        """Return the map on a device, for repeated use."""
        return UserPlanes(self, torch.device(device))

    @cached_property
    def _measure(self) -> Source | SampledSource:
        return measure(self.source, self.support.shape[1])

    @cached_property
    def _kept(self) -> "dict[torch.device, UserPlanes]":
        """Planes that `cells` has used, by device: a training needs pairs at every step."""
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
    def soft(self, x: Tensor, epsilon: float) -> Tensor: ...
    @overload
    def soft(self, x: NDArray[Any], epsilon: float) -> Matrix: ...
    def soft(self, x: Tensor | NDArray[Any], epsilon: float) -> Tensor | Matrix:
        """Smooth map with the same heights: a mean of the codes, `aeot.transport.soft.soft_map`.

        The weight of a code is nu_i exp((<x, y_i> + h_i) / epsilon). The result tends to `map` as
        epsilon tends to 0, and to the weighted mean of the codes as epsilon grows. For the cost |x
        - y|^2 / 2, epsilon is that of entropic transport; for |x - y|^2 it is half of that.

        Args:
            x: (m, d), as for `cells`.
            epsilon: positive; in units of <x, y>.

        Returns:
            (m, d) float32, an array or a tensor like x, on its device.

        Raises:
            InputError: x has another shape, or epsilon is not positive and finite.
        """
        tensor = x if isinstance(x, Tensor) else torch.from_numpy(np.asarray(x, float))
        y = soft_map(self.support, self.heights, self.masses, tensor, epsilon)
        return y if isinstance(x, Tensor) else y.numpy()

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

        Each sample is paired with a point of the whole target, not only of a batch:
        `support[cell]`, or any other data of that code. If codes coincide, the first one has the
        cell.

        Args:
            count: number of pairs.
            generator: a NumPy generator, which gives arrays, or a torch generator, which gives
                tensors on its device.

        Returns:
            (count, d) samples, float32 as a tensor and float64 as an array, and (count,) int64
            cells (`cells`). A user-defined source gives tensors of its own type.
        """
        if isinstance(generator, torch.Generator):
            drawn = self._measure.sample(count, generator)
            return drawn, self.cells(drawn)
        if isinstance(self._measure, SampledSource):
            seeded = torch.Generator().manual_seed(int(generator.integers(1 << 63)))
            x = self._measure.sample(count, seeded).double().numpy()
        elif self.source == "uniform":
            x = generator.random((count, self.support.shape[1]))
        else:
            x = generator.normal(size=(count, self.support.shape[1]))
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

    def heights_for(self, points: NDArray[Any] | Tensor, seed: int = 0) -> Vector:
        """Compute heights for other points, from which to start their solve (`initial` of `solve`).

        The plane of a point p meets that of the nearest code y_j at the mean sample x of the cell
        of y_j: its height is h_j + <x, y_j - p>. A point that is one of the codes keeps its height.

        Args:
            points: (n, d), finite.
            seed: seed of the samples, of which there are 100 per code.

        Returns:
            (n,) float64.

        Raises:
            InputError: the points have another shape.
        """
        given = np.asarray(points, np.float64)
        count, dimension = self.support.shape
        if given.ndim != 2 or given.shape[1] != dimension:
            raise InputError(f"points have shape {given.shape}; they must have (n, {dimension}).")
        generator = numpy_generator(seed, "cells")
        hits, sums = np.zeros(count), np.zeros((count, dimension))
        for size in _sizes(100 * count):
            x, cells = self.pairs(size, generator)
            hits += np.bincount(cells, minlength=count)
            for axis, values in enumerate(x.T):
                sums[:, axis] += np.bincount(cells, values, count)
        mean = np.where(hits[:, None] > 0, sums / hits.clip(1)[:, None], sums.sum(0) / hits.sum())
        centre = bulk(self.support)[0]
        codes = Planes(torch.from_numpy(self.support - centre))
        near = nearest(codes, torch.from_numpy(given - centre)).numpy()
        away = self.support[near] - given
        heights: Vector = self.heights[near] + (mean[near] * away).sum(axis=1)
        return heights

    def save(self, path: str | Path) -> None:
        """Write `support`, `heights`, `masses` and `source` as an `.npz`.

        A user-defined source is not written, only the fact that there was one.
        """
        arrays: dict[str, Any] = {
            "support": self.support,
            "heights": self.heights,
            "masses": self.masses,
            "source": np.array(self._measure.name),
        }
        save_arrays(path, **arrays)

    @classmethod
    def load(cls, path: str | Path, source: Sampler | None = None) -> "TransportMap":
        """Read a map that `save` wrote.

        Args:
            path: the file.
            source: the function that samples the source, if the map was solved with one.

        Raises:
            InputError: the file is missing or corrupt, or its shapes do not match; or `source` is
                missing, or is given although the file names the source.
        """
        arrays = load_arrays(path, "support", "heights", "masses", "source")
        support, heights, masses = arrays["support"], arrays["heights"], arrays["masses"]
        name = str(arrays["source"])
        if support.ndim != 2 or heights.shape != masses.shape or heights.shape != support.shape[:1]:
            raise InputError(f"{path}: support, heights and masses do not fit one another.")
        if name not in ("uniform", "gaussian", SampledSource.name):
            raise InputError(f"{path}: source must be uniform or gaussian, not {name!r}.")
        if (name == SampledSource.name) != (source is not None):
            raise InputError(
                f"{path}: its source is {name}; pass `source`, the function that samples it, where "
                "that is `callable`, and nothing where it is a name."
            )
        if not (np.isfinite(support).all() and np.isfinite(heights).all()):
            raise InputError(f"{path}: support or heights are not finite; solve it again.")
        return cls(
            support.astype(np.float32),
            heights.astype(np.float64),
            masses,
            source or cast(SourceName, name),
        )


def _sizes(count: int) -> list[int]:
    return [min(CHUNK, count - start) for start in range(0, count, CHUNK)]


class UserPlanes:
    """The kernel in the user's coordinates; it evaluates in centred ones, which round less."""

    def __init__(self, transport: TransportMap, device: torch.device) -> None:
        self.source = measure(transport.source, transport.support.shape[1])
        centre, radius = bulk(transport.support)
        centred = transport.support - centre
        heights = transport.heights + self.source.inner(centred)
        dtype = precision(spreads(transport.support, centre, radius)[0])
        self._planes = Planes(torch.from_numpy(centred).to(device, dtype))
        self._planes.set_heights(torch.from_numpy(heights - heights.mean()).to(device))

    def best(self, x: Tensor) -> Tensor:
        """Power cell of each sample x (m, d): (m,) int64."""
        return self._planes.best(self.source.centred(x))

    def best_two(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Best and second-best plane of each sample x (m, d) and their gap."""
        return self._planes.best_two(self.source.centred(x))
