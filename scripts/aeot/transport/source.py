"""The source measure: where samples come from, in its own and in standard coordinates."""

import math

import torch
from torch import Tensor

from aeot.seeding import stream_seed, torch_generator
from aeot.transport.settings import SourceName

_CHUNK = 1 << 16  # rows drawn at a time: memory does not grow with the sample


class Source:
    """Uniform law on [0, 1]^d, or N(0, I) in R^d.

    The solver works in standard coordinates, (x - centre) / spread, where both laws have mean 0
    and covariance I.

    Args:
        name: `uniform` or `gaussian`.
        dimension: d.
    """

    def __init__(self, name: SourceName, dimension: int) -> None:
        self.name, self.dimension = name, dimension
        self.centre = 0.5 if name == "uniform" else 0.0
        self.spread = math.sqrt(1 / 12) if name == "uniform" else 1.0

    def sample(self, count: int, generator: torch.Generator) -> Tensor:
        """Draw (count, d) independent samples, float32, on the generator's device."""
        shape = (count, self.dimension)
        draw = torch.rand if self.name == "uniform" else torch.randn
        return draw(shape, generator=generator, device=generator.device)

    def standard(self, x: Tensor) -> Tensor:
        """Move samples to standard coordinates."""
        return (x - self.centre) / self.spread

    def from_uniform(self, u: Tensor) -> Tensor:
        """Turn points of the unit cube into standard samples."""
        if self.name == "uniform":
            return self.standard(u)
        return torch.special.ndtri(u.clamp(2**-25, 1 - 2**-24))  # float32's ends: no infinity

    def held_out(self, count: int, seed: int, look: int) -> "list[tuple[int, torch.Generator]]":
        """Split `count` held-out samples into chunks, each with a generator of its own."""
        sizes = [_CHUNK] * (count // _CHUNK) + ([count % _CHUNK] if count % _CHUNK else [])
        return [
            (size, torch_generator(seed, "held-out", look, part)) for part, size in enumerate(sizes)
        ]


class SobolStream:
    """Scrambled Sobol points, one after the other (Owen, Scrambled net variance, 1997).

    Every stretch of the stream is uniform on the cube, and long stretches fill it far more evenly
    than independent points; in low dimension the averaged descent gains most from that.

    Args:
        dimension: d.
        seed: makes the scrambling.
        position: points already drawn; a resumed run continues there.
    """

    _PERIOD = 1 << 30  # the engine's own limit; then the stream goes on with a new scrambling

    def __init__(self, dimension: int, seed: int, position: int = 0) -> None:
        self.dimension, self.seed, self.position = dimension, seed, position
        self._open()

    def _open(self) -> None:
        period, offset = divmod(self.position, self._PERIOD)
        scramble = stream_seed(self.seed, "sobol", period) % 2**31
        self._engine = torch.quasirandom.SobolEngine(self.dimension, scramble=True, seed=scramble)
        self._engine.fast_forward(offset)

    def draw(self, count: int) -> Tensor:
        """Draw the next (count, d) points, float32 on [0, 1], on the CPU."""
        left = self._PERIOD - self.position % self._PERIOD
        if count >= left:
            first = self._engine.draw(left)
            self.position += left
            self._open()
            return torch.cat([first, self.draw(count - left)]) if count > left else first
        self.position += count
        return self._engine.draw(count)
