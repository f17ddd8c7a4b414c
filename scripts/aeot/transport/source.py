"""The source measure and its samples, in its own and in standard coordinates."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.seeding import stream_seed, torch_generator
from aeot.transport.settings import SourceName

CHUNK = 1 << 16  # rows drawn at a time: memory does not grow with the sample


class HeldOut:
    """Division of the samples of an evaluation into chunks, for every source measure."""

    def held_out(
        self, count: int, seed: int, number: int, chunk: int = CHUNK
    ) -> list[tuple[int, int, torch.Generator]]:
        """Split the samples of an evaluation into chunks: start, size and generator of each."""
        return [
            (start, min(chunk, count - start), torch_generator(seed, "held-out", number, part))
            for part, start in enumerate(range(0, count, chunk))
        ]


class Source(HeldOut):
    """Uniform distribution on [0, 1]^d, or N(0, I) in R^d.

    The solver works in standard coordinates, (x - centre) / spread, where both distributions
    have mean 0 and covariance I.

    Args:
        name: `uniform` or `gaussian`.
        dimension: d.
    """

    known = True  # solved by quantiles, and with independent coordinates
    blur = 0.0  # of the centre

    def __init__(self, name: SourceName, dimension: int) -> None:
        self.name, self.dimension = name, dimension
        self.centre = 0.5 if name == "uniform" else 0.0
        self.spread = math.sqrt(1 / 12) if name == "uniform" else 1.0

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw (count, d) independent samples, float32, on the generator's device."""
        shape = (count, self.dimension)
        draw = torch.rand if self.name == "uniform" else torch.randn
        return draw(shape, generator=generator, device=generator.device)

    def centred(self, x: Tensor) -> Tensor:
        """Move samples so that their mean is 0."""
        return x - self.centre

    def inner(self, points: NDArray[np.floating]) -> NDArray[np.floating]:
        """Inner products (N,) of points (N, d) with the mean."""
        products: NDArray[np.floating] = points.sum(axis=1) * self.centre
        return products

    def standard(self, x: Tensor) -> Tensor:
        """Move samples to standard coordinates."""
        return (x - self.centre) / self.spread

    def from_uniform(self, u: Tensor) -> Tensor:
        """Turn points of the unit cube into standard samples."""
        if self.name == "uniform":
            return self.standard(u)
        return torch.special.ndtri(u.clamp(2**-25, 1 - 2**-24))  # float32's ends: no infinity

    def stream(self, seed: int) -> "SobolStream":
        """Return the points of the cube that the steps of a descent read."""
        return SobolStream(self.dimension, seed)

    def from_stream(self, u: Tensor) -> Tensor:
        """Turn points of the stream into standard samples."""
        return self.from_uniform(u)


class SobolStream:
    """Scrambled Sobol points by their index in the sequence (Owen, Scrambled net variance, 1997).

    Every range of the stream is uniform on the cube, and long ranges fill it far more evenly than
    independent points; the averaged descent benefits from this most in low dimension.

    Point n is the scrambling's shift, xor the direction numbers selected by the Gray code of n
    (Antonov, Saleev 1979). The Gray code is linear over xor, so for b a multiple of the block's
    size, point b + j is one xor of point b with row j of a table: this is fast on any device, and
    any rank or resumed run reads the range that it needs. The scrambled direction numbers are those
    of `torch.quasirandom.SobolEngine`, whose points these are, bit by bit.

    Args:
        dimension: d.
        seed: seed of the scrambling.
    """

    _PERIOD = 1 << 30  # the engine's own limit; then the stream continues with a new scrambling
    _BLOCK = 1 << 12

    def __init__(self, dimension: int, seed: int) -> None:
        self.dimension, self.seed = dimension, seed
        self._open: tuple[int, torch.device] | None = None

    def points(self, start: int, count: int, device: torch.device | str = "cpu") -> Tensor:
        """Points start, ..., start + count - 1 of the stream: (count, d) float32 on [0, 1]."""
        device, parts = torch.device(device), []
        while count > 0:
            period, place = divmod(start, self._PERIOD)
            size = min(count, self._PERIOD - place)
            self._scramble(period, device)
            parts.append(self._stretch(place, place + size, device))
            start, count = start + size, count - size
        return torch.cat(parts) if parts else torch.empty(0, self.dimension, device=device)

    def _stretch(self, start: int, stop: int, device: torch.device) -> Tensor:
        """Points start, ..., stop - 1 of the current scrambling."""
        first = start - start % self._BLOCK
        places = torch.arange(first, stop, self._BLOCK, device=device)
        out = torch.empty(stop - start, self.dimension, device=device)
        for place, base in zip(places.tolist(), self._bits(places) ^ self._shift, strict=True):
            low, high = max(start, place), min(stop, place + self._BLOCK)
            rows = self._table[low - place : high - place] ^ base
            torch.mul(rows, 2.0**-30, out=out[low - start : high - start])
        return out

    def _scramble(self, period: int, device: torch.device) -> None:
        if self._open == (period, device):
            return
        seed = stream_seed(self.seed, "sobol", period) % 2**31
        engine = torch.quasirandom.SobolEngine(self.dimension, scramble=True, seed=seed)
        self._directions = engine.sobolstate.to(device, torch.int32)  # (d, 30)
        self._shift = engine.shift.to(device, torch.int32)  # (d,)
        self._table = self._bits(torch.arange(self._BLOCK, device=device))  # (block, d)
        self._open = (period, device)

    def _bits(self, places: Tensor) -> Tensor:
        """Direction numbers of the Gray codes of `places` (k,), xored: (k, d) int32."""
        gray = places ^ (places >> 1)
        value = torch.zeros(len(places), self.dimension, dtype=torch.int32, device=places.device)
        for bit in range(self._directions.shape[1]):
            chosen = ((gray >> bit) & 1).bool()[:, None]
            value ^= torch.where(chosen, self._directions[:, bit], 0)
        return value
