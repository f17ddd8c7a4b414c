"""A source measure that the user defines by a function that samples it."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.seeding import torch_generator
from aeot.transport.settings import SourceName
from aeot.transport.source import HeldOut, Source

Sampler = Callable[[int, torch.Generator], Tensor]
Vector = NDArray[np.float64]

_PILOT = 1 << 16  # samples from which mean and covariance are estimated
_TRIED = 64  # samples of the first checks
_FLAT = 1e-6  # directions with less than this share of the largest deviation are flat
_BLOCK = 1 << 12  # samples of a stretch of the stream


class SampledSource(HeldOut):
    """The distribution of a function's samples.

    Standard coordinates are x' = A^+ (x - c), c and A A the mean and covariance of 65,536 samples:
    <x, p> = <x', A p> + <c, p>, so that the cells of codes p are those of codes A p, and only the
    path to the heights depends on how well c and A are known.

    Args:
        sampler: takes a count and a torch generator and returns (count, d) independent samples, a
            finite tensor of floats on the generator's device, drawn from this generator alone.
        dimension: d.

    Raises:
        InputError: the sampler returns something else.
    """

    name = "callable"
    known = False  # neither quantiles nor independent coordinates
    spread = 1.0

    def __init__(self, sampler: Sampler, dimension: int) -> None:
        self.sampler, self.dimension = sampler, dimension
        first, again, other = (
            self.sample(_TRIED, torch_generator(0, "tried", name)) for name in (0, 0, 1)
        )
        if not torch.equal(first, again) or torch.equal(first, other):
            raise InputError(
                "source returns other samples for the same generator, or the same for another "
                "one; it must draw from the generator that it is given, and from nothing else."
            )
        pilot = self.sample(_PILOT, torch_generator(0, "pilot")).double()
        self.centre = pilot.mean(0)
        variances, axes = torch.linalg.eigh(torch.cov(pilot.T).reshape(dimension, dimension))
        deviations = variances.clamp_min(0).sqrt()
        if not deviations[-1] > 0:
            raise InputError("source returns a single point; its distribution must have a spread.")
        deviations = torch.where(deviations > _FLAT * deviations[-1], deviations, 0)
        inverse = torch.where(deviations > 0, 1 / deviations, 0)
        self._root = (axes * deviations) @ axes.T
        self._inverse = (axes * inverse) @ axes.T

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw (count, d) samples, as the sampler returns them.

        Raises:
            InputError: they are not finite floats of this shape on the generator's device.
        """
        x = self.sampler(count, generator)
        shape, device = (count, self.dimension), generator.device.type
        found = f"a {type(x).__name__}"
        if isinstance(x, Tensor):
            found = f"{x.dtype} of shape {tuple(x.shape)} on {x.device.type}"
            if x.shape == shape and x.is_floating_point() and x.device.type == device:
                if bool(x.isfinite().all()):
                    return x
                found = "numbers that are not finite"
        raise InputError(
            f"source returned {found}; it must return a finite tensor of floats of shape "
            f"{shape} on {device}."
        )

    def centred(self, x: Tensor) -> Tensor:
        """Move samples so that their mean is 0, (m, d) float64."""
        return x.double() - self.centre.to(x.device)

    def standard(self, x: Tensor) -> Tensor:
        """Move samples to standard coordinates, (m, d) float64."""
        return self.centred(x) @ self._inverse.to(x.device)

    def turned(self, codes: NDArray[np.floating]) -> Vector:
        """Codes (N, d) in the coordinates of the standard samples: A p."""
        return codes.astype(np.float64) @ self._root.numpy()

    def inner(self, codes: NDArray[np.floating]) -> Vector:
        """Inner products (N,) of codes (N, d) with the centre."""
        products: Vector = codes.astype(np.float64) @ self.centre.numpy()
        return products

    def stream(self, seed: int) -> "SampleStream":
        """Return the samples that the steps of a descent read."""
        return SampleStream(self, seed)

    def from_stream(self, x: Tensor) -> Tensor:
        """Turn samples of the stream into standard ones."""
        return self.standard(x)

    @property
    def blur(self) -> float:
        """Standard deviation of the centre's coordinates, in standard ones."""
        return float(_PILOT**-0.5)


class SampleStream:
    """A source's samples by their place in a sequence.

    Args:
        source: the measure.
        seed: seed of the samples.
    """

    def __init__(self, source: SampledSource, seed: int) -> None:
        self.source, self.seed = source, seed
        self._last: tuple[int, Tensor] | None = None

    def points(self, start: int, count: int, device: torch.device | str = "cpu") -> Tensor:
        """Samples start, ..., start + count - 1 of the stream: (count, d)."""
        blocks = range(start // _BLOCK, -(-(start + count) // _BLOCK))
        if not blocks:
            return torch.empty(0, self.source.dimension, device=device)
        joined = torch.cat([self._block(number) for number in blocks])
        first = start - blocks[0] * _BLOCK
        return joined[first : first + count].to(device)

    def _block(self, number: int) -> Tensor:
        if self._last is None or self._last[0] != number:
            generator = torch_generator(self.seed, "source", number)
            self._last = number, self.source.sample(_BLOCK, generator)
        return self._last[1]


def measure(source: SourceName | Sampler, dimension: int) -> Source | SampledSource:
    """Make the source measure in d dimensions, from its name or a function that samples it.

    Raises:
        InputError: the samples of the function are unusable.
    """
    if isinstance(source, str):
        return Source(source, dimension)
    return SampledSource(source, dimension)
