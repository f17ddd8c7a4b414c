"""The transport problem in the solver's coordinates, and its solution in the user's."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.transport.merge import merge_close
from aeot.transport.sampled import SampledSource, Sampler, measure
from aeot.transport.settings import SourceName
from aeot.transport.source import Source

Matrix = NDArray[np.float32]
Vector = NDArray[np.float64]

_CHUNK = 1 << 16  # rows taken to double precision at a time
_SAME = 1e-5  # closer codes than this, in standard coordinates, are one in single precision
_FLAT = 1e-6  # directions with less spread than this share of the largest are dropped
_FEW = 3.5  # effective dimensions that still crowd the points


def standardisation(codes: Matrix) -> tuple[Vector, float]:
    """Mean (d,) and scale of codes: the scale is the root of their mean variance.

    One scale for all coordinates: it changes neither the power cells nor the shape of the codes.
    Codes that are all equal have scale 1.

    Args:
        codes: (N, d), finite.
    """
    mean = codes.mean(axis=0, dtype=np.float64)
    parts = (np.square(part - mean).sum(axis=0) for part in _chunks(codes))
    scale = float(np.sqrt(sum(parts, np.zeros(len(mean))).mean() / len(codes)))
    return mean, scale if scale > 0 else 1.0


def _chunks(codes: Matrix) -> list[Matrix]:
    return [codes[start : start + _CHUNK] for start in range(0, len(codes), _CHUNK)]


def spreads(codes: Matrix, centre: Vector, radius: float) -> tuple[Vector, Vector]:
    """Variances (d,), ascending, along the principal axes (d, d), one per column.

    They are those of the bulk (`bulk`): codes beyond three radii count as if at three.
    """
    mean, square = np.zeros(len(centre)), np.zeros((len(centre), len(centre)))
    for part in _chunks(codes):
        near = part - centre
        near /= (np.linalg.norm(near, axis=1, keepdims=True) / (3 * radius)).clip(1)
        mean += near.sum(axis=0) / len(codes)
        square += near.T @ near / len(codes)
    variances, axes = np.linalg.eigh(square - np.outer(mean, mean))
    return variances.clip(0), axes


def precision(variances: Vector) -> torch.dtype:
    """Return the precision in which planes over points of these variances are compared.

    Few directions crowd the points: there single precision cannot distinguish neighbouring planes,
    and double precision costs hardly anything. What counts is the effective dimension (sum_k v_k)^2
    / sum_k v_k^2 of the variances v_k.
    """
    if not variances.any():
        return torch.float64
    effective = variances.sum() ** 2 / np.square(variances).sum()
    return torch.float64 if effective <= _FEW else torch.float32


@dataclass(frozen=True)
class Problem:
    """Distinct points y (n, r) in standard coordinates, their masses, and the transformation back.

    Attributes:
        support: (n, r), distinct, centred, of unit scale; in the kernel's `precision`, because
            heights that suit rounded points do not suit the points as they were given.
        masses: (n,) float64, positive, summing to 1.
        weights: (N,) float64, the masses of the given codes.
        groups: (N,) int64: which distinct point each of the given codes is.
        offsets: (N,) float64, each given code's product with the source's centre, but for a
            constant.
        shift: the product of the codes' mean under their masses with the source's centre.
        blur: standard deviation of `shift`, where the centre is estimated.
        source: the source measure, in d dimensions.
        scale: the factor of the standardisation.
        axes: (d, r) orthonormal, where the codes span fewer than d dimensions; else None.
    """

    support: Tensor
    masses: Vector
    weights: Vector
    groups: NDArray[np.int64]
    offsets: Vector
    shift: float
    blur: float
    source: Source | SampledSource
    scale: float
    axes: Tensor | None

    @classmethod
    def build(cls, codes: Matrix, masses: Vector | None, source: SourceName | Sampler) -> "Problem":
        """Standardise the codes, merge equal ones, and drop directions in which they do not vary.

        Centre and scale are those of the bulk, so that a few outliers do not compress the others in
        single precision.

        Args:
            codes: (N, d) points of the target, finite.
            masses: (N,) positive weights, or None for equal ones; they are normalised.
            source: name of the source measure, or a function that samples it.

        Raises:
            InputError: the masses or the samples of the source do not match the codes.
        """
        weights = check_masses(masses, len(codes))
        origin = measure(source, codes.shape[1])
        given = codes
        if isinstance(origin, SampledSource):
            codes = cast(Matrix, origin.turned(codes))  # in double, which does as well
        centre, radius = bulk(codes)
        variances, axes = spreads(codes, centre, radius)
        kept = np.sqrt(variances) > _FLAT * np.sqrt(variances[-1])
        rank = max(1, int(kept.sum()))
        turned = axes[:, -rank:] if rank < len(kept) else None
        scale = radius / rank**0.5
        dtype = precision(variances)
        groups = merge_close(codes, _SAME * scale if dtype == torch.float32 else 0.0)
        count = int(groups.max()) + 1
        merged = np.bincount(groups, weights, count).astype(np.float64)
        first = np.unique(groups, return_index=True)[1] if count < len(codes) else slice(None)
        distinct = codes[first]
        support = torch.empty(count, rank, dtype=dtype)
        sums = np.empty(len(codes))
        for start in range(0, len(codes), _CHUNK):
            rows = slice(start, start + _CHUNK)
            sums[rows] = ((codes[rows] - centre) / scale).sum(axis=1)
            part = (distinct[rows] - centre) / scale
            support[rows] = torch.from_numpy(part if turned is None else part @ turned)
        back = None if turned is None else torch.from_numpy(turned).to(dtype)
        if isinstance(origin, SampledSource):
            offsets = origin.inner(given)
            shift = float(weights @ offsets)
        else:
            offsets = scale * origin.centre * sums
            shift = origin.centre * float(centre.sum() + scale * weights @ sums)
        blur = origin.blur * float(np.linalg.norm(weights @ codes)) if origin.blur else 0.0
        return cls(support, merged, weights, groups, offsets, shift, blur, origin, scale, back)

    def project(self, x: Tensor) -> Tensor:
        """Project standard samples (m, d) to the dimensions of the support: (m, r)."""
        return x if self.axes is None else x.to(self.axes.dtype) @ self.axes.to(x.device)

    @property
    def split(self) -> tuple[slice, slice]:
        """Coordinates of the support for the left and the right half samples."""
        return (slice(0, None, 2), slice(1, None, 2)) if self.axes is None else (slice(None),) * 2

    def halves(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Split standard samples (m, d) into the even and the odd coordinates.

        The source's coordinates are independent: a left half and a right half of two samples are
        a sample again. <x, y> is the sum of their products with the support's `split`.

        Returns:
            (m, p) left and (m, q) right halves, p + q = d; where the support has fewer
            dimensions r than the source, both (m, r).
        """
        if self.axes is None:
            return x[:, self.split[0]], x[:, self.split[1]]
        left = x.clone()
        left[:, 1::2] = 0
        return self.project(left), self.project(x - left)

    @property
    def unit(self) -> float:
        """Height in the user's coordinates of one unit of height in standard ones."""
        return self.scale * self.source.spread

    def heights_of_codes(self, heights: Vector) -> Vector:
        """Carry heights (n,) of the standard problem to the codes as they were given: (N,).

        With x = c + s x' and p = m + k y, <x, p> + h = k s (<x', y> + H) + const for
        h = k s H - <c, p>. Their mean is 0.
        """
        given = self.unit * heights[self.groups] - self.offsets
        return given - given.mean()

    def heights_from_codes(self, given: Vector) -> Vector:
        """Carry heights (N,) of the codes to the standard problem: (n,).

        This inverts `heights_of_codes` up to a constant. Codes that were merged into one point get
        the weighted mean of their heights.
        """
        heights = (given + self.offsets) / self.unit
        total = np.bincount(self.groups, self.weights * heights, len(self.masses))
        return total / self.masses

    def energy_of_codes(self, energy: float) -> float:
        """Carry the energy of standard heights to the codes as they were given.

        With x = c + s x' and p = m + k y, E(h) = k s E(H) + <c, sum_i nu_i p_i>.
        """
        return self.unit * energy + self.shift


def bulk(codes: Matrix) -> tuple[Vector, float]:
    """Centre (d,), the one of codes (N, d) next to their median, and the median distance to it.

    A code is in the codes' own plane, where their median need not be. Where half of the codes are
    equal, the radius is the root of the mean squared distance; where all are, 1.
    """
    median = np.median(codes, axis=0).astype(np.float64)
    centre = codes[np.argmin(_squares(codes, median))].astype(np.float64)
    squares = _squares(codes, centre)
    radius = float(np.sqrt(np.median(squares))) or float(np.sqrt(squares.mean()))
    return centre, radius or 1.0


def _squares(codes: Matrix, centre: Vector) -> Vector:
    return np.concatenate([np.square(part - centre).sum(axis=1) for part in _chunks(codes)])


def check_masses(masses: Vector | None, count: int) -> Vector:
    """Normalise target masses: (count,) float64, positive, summing to 1.

    Raises:
        InputError: the shape is wrong, or a mass is not a positive, finite real number.
    """
    if masses is None:
        return np.full(count, 1 / count)
    given = np.asarray(masses)
    if given.dtype.kind not in "fiub":
        raise InputError(f"masses are {given.dtype}; they must be real numbers.")
    weights = given.astype(np.float64)
    if weights.shape != (count,):
        raise InputError(f"masses have shape {weights.shape}; the {count} codes need ({count},).")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise InputError("masses must be positive and finite; drop the codes of mass 0.")
    with np.errstate(over="ignore"):
        total = weights.sum()
    if not np.isfinite(total):
        raise InputError("masses are too large to be summed; scale them down.")
    return weights / total
