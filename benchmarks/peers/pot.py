"""POT's `ot.semidiscrete.solve_semidiscrete`: averaged gradient, falling regularisation (DRAG).

The cost is its default, |x - y|^2, on codes and source of variance 1. It answers only when all its
iterations are done; but its steps do not depend on their number, so one long run is enough: the
sampler that it calls reads the average so far from the caller's frame.
"""

import math
import sys
from collections.abc import Callable

import numpy as np
import torch
from benchmarks.peers.coordinates import Coordinates
from benchmarks.watch import Watch

from aeot.seeding import torch_generator
from aeot.transport.problem import Matrix

_UNENDING = sys.maxsize
VARIANTS: dict[str, list[dict[str, float]]] = {  # {} is its defaults: batch 32, its own rate
    "grid": [{}, {"batch_size": 256}, {"lr0": 1.0}],
    "mixture16": [{}, {"batch_size": 256}, {"batch_size": 1024}],
    "mixture64": [{"batch_size": 256}],
    "fashion": [{"batch_size": 256}],
}


def run(codes: Matrix, seed: int, watch: Watch, **settings: float) -> None:
    """Descend until the watch ends it.

    Args:
        codes: (N, d) as given.
        seed: makes the source samples.
        watch: clock and recorder.
        settings: of `solve_semidiscrete`; its defaults hold for the others.
    """
    from ot.semidiscrete import solve_semidiscrete

    watch.start()
    coordinates = Coordinates(codes, spread=math.sqrt(1 / 12))
    uniform = _torch_uniform(seed, codes.shape[1], coordinates.half_width)
    used = 0

    def sampler(batch: int) -> torch.Tensor:
        nonlocal used
        if used and watch.due():
            average = sys._getframe(1).f_locals["g_avg"]
            watch.record(used, coordinates.heights_of_potential(np.asarray(average, np.float64)))
        used += batch
        return uniform(batch)

    target = torch.from_numpy(coordinates.y)
    torch.set_flush_denormal(True)  # the softmax's tails: denormal numbers are slow
    try:
        solve_semidiscrete(target, sampler, max_iter=_UNENDING, **settings)
    finally:
        torch.set_flush_denormal(False)


def _torch_uniform(seed: int, dimension: int, half: float) -> Callable[[int], torch.Tensor]:
    generator = torch_generator(seed, "benchmark", "pot")
    return lambda b: (2 * torch.rand((b, dimension), generator=generator) - 1) * half
