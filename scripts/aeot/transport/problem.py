"""The transport problem in coordinates that suit the solver, and its answer in the user's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.files import load_arrays, save_arrays
from aeot.transport.cells import Planes, precision
from aeot.transport.settings import SourceName
from aeot.transport.source import Source

Matrix = NDArray[np.float32]
Vector = NDArray[np.float64]


def standardisation(codes: Matrix) -> tuple[Vector, float]:
    """Mean (d,) and scale of codes: the scale is the root of their mean variance.

    One scale for all coordinates: it changes neither the power cells nor the shape of the codes.
    Codes that are all alike have scale 1.

    Args:
        codes: (N, d), finite.
    """
    mean = codes.mean(axis=0, dtype=np.float64)
    scale = float(np.sqrt(codes.var(axis=0, dtype=np.float64).mean()))
    return mean, scale if scale > 0 else 1.0


@dataclass(frozen=True)
class Problem:
    """Distinct points y (n, d) in standard coordinates, their masses, and the way back.

    Attributes:
        support: (n, d), distinct, mean 0, mean variance 1; in the kernel's `precision`, because
            heights that suit rounded points do not suit the points as they were given.
        masses: (n,) float64, positive, summing to 1.
        groups: (N,) int64: which distinct point each of the given codes is.
        source: the source measure.
        scale: the factor of the standardisation.
    """

    support: Tensor
    masses: Vector
    groups: NDArray[np.int64]
    source: Source
    scale: float

    @classmethod
    def build(cls, codes: Matrix, masses: Vector | None, source: SourceName) -> "Problem":
        """Standardise the codes and merge the equal ones.

        Args:
            codes: (N, d) points of the target, finite.
            masses: (N,) positive weights, or None for equal ones; they are normalised.
            source: name of the source measure.

        Raises:
            InputError: the masses do not fit the codes.
        """
        weights = check_masses(masses, len(codes))
        mean, scale = standardisation(codes)
        distinct, groups = np.unique(codes, axis=0, return_inverse=True)
        groups = groups.reshape(-1)
        merged = np.bincount(groups, weights, len(distinct)).astype(np.float64)
        support = torch.from_numpy((distinct - mean) / scale).to(precision(codes.shape[1]))
        return cls(support, merged, groups, Source(source, codes.shape[1]), scale)

    def heights_of_codes(self, heights: Vector) -> Vector:
        """Carry heights (n,) of the standard problem to the codes as they were given: (N,).

        With x = c + s x' and p = m + k y, <x, p> + h = k s (<x', y> + H) + const for
        h = k (s H - c sum(y)).
        """
        total = self.support.double().sum(dim=1).numpy()
        given = self.scale * (self.source.spread * heights - self.source.centre * total)
        given = given[self.groups]
        return given - given.mean()


def check_masses(masses: Vector | None, count: int) -> Vector:
    """Normalise target masses: (count,) float64, positive, summing to 1.

    Raises:
        InputError: another shape, or a mass that is not positive and finite.
    """
    if masses is None:
        return np.full(count, 1 / count)
    weights = np.asarray(masses, dtype=np.float64)
    if weights.shape != (count,):
        raise InputError(f"masses have shape {weights.shape}; the {count} codes need ({count},).")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise InputError("masses must be positive and finite; drop the codes of mass 0.")
    return weights / weights.sum()


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
        """Return the map's kernel on a device."""
        return UserPlanes(self, torch.device(device))

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
            raise InputError(f"{path}: support or heights are not finite; solve it anew.")
        return cls(support.astype(np.float32), heights.astype(np.float64), masses, source)


class UserPlanes:
    """The kernel in the user's coordinates; evaluates in centred ones, which round less."""

    def __init__(self, transport: TransportMap, device: torch.device) -> None:
        self.source = Source(transport.source, transport.support.shape[1])
        mean = transport.support.mean(axis=0, dtype=np.float64)
        centred = transport.support - mean
        heights = transport.heights + centred.sum(axis=1) * self.source.centre
        support = torch.from_numpy(centred).to(device, precision(centred.shape[1]))
        self._planes = Planes(support)
        self._planes.set_heights(torch.from_numpy(heights - heights.mean()).to(device))

    def best(self, x: Tensor) -> Tensor:
        """Power cell of each sample x (m, d): (m,) int64."""
        return self._planes.best(x - self.source.centre)

    def best_two(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Best and second-best plane of each sample x (m, d) and their gap."""
        return self._planes.best_two(x - self.source.centre)
