"""POT's `ot.semidiscrete.solve_semidiscrete`: averaged gradient, falling regularisation (DRAG).

The cost is its default, |x - y|^2, on codes and source of variance 1. It returns only after all its
iterations, but its steps do not depend on their number, so one long run is enough: the sampler that
it calls reads the current average from the caller's frame.
"""

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from benchmarks.peers.coordinates import Coordinates
from benchmarks.watch import Watch

from aeot.seeding import torch_generator
from aeot.transport.problem import Matrix

_UNENDING = sys.maxsize
_PLAIN = {"decreasing_reg": False}  # no annealing: its projected averaged SGD
VARIANTS: dict[str, list[dict[str, Any]]] = {  # {} are its defaults: batch 32, its own rate
    "grid": [
        {},
        {"backend": "numpy"},
        *({"backend": "numpy", **_PLAIN, "lr0": rate} for rate in (1, 3, 10)),
    ],
    "mixture16": [
        {},
        *({"batch_size": size} for size in (256, 1024, 4096)),
        *({"batch_size": size, **_PLAIN} for size in (256, 1024)),
    ],
    "mixture64": [{"batch_size": 256}, {"batch_size": 1024}, {"batch_size": 1024, **_PLAIN}],
    "fashion": [{"batch_size": 1024, **_PLAIN}],  # its best of mixture64
}


def run(codes: Matrix, seed: int, watch: Watch, backend: str = "torch", **settings: float) -> None:
    """Descend until the watch ends it.

    Args:
        codes: (N, d) as given.
        seed: makes the source samples.
        watch: clock and recorder.
        backend: `numpy` or `torch`, in single precision.
        settings: of `solve_semidiscrete`; the others keep their defaults.
    """
    from ot.semidiscrete import solve_semidiscrete

    watch.start()
    coordinates = Coordinates(codes, spread=math.sqrt(1 / 12))
    uniform = _torch_uniform(seed, codes.shape[1], coordinates.half_width)
    used = 0

    def sampler(batch: int) -> torch.Tensor | np.ndarray:
        nonlocal used
        if used and watch.due():
            average = sys._getframe(1).f_locals["g_avg"]
            watch.record(used, coordinates.heights_of_potential(np.asarray(average, np.float64)))
        used += batch
        return uniform(batch) if backend == "torch" else uniform(batch).numpy()

    target = torch.from_numpy(coordinates.y) if backend == "torch" else coordinates.y
    torch.set_flush_denormal(True)  # denormal numbers in the tails of the softmax are slow
    try:
        solve_semidiscrete(target, sampler, max_iter=_UNENDING, **settings)
    finally:
        torch.set_flush_denormal(False)


def _torch_uniform(seed: int, dimension: int, half: float) -> Callable[[int], torch.Tensor]:
    generator = torch_generator(seed, "benchmark", "pot")
    return lambda b: (2 * torch.rand((b, dimension), generator=generator) - 1) * half
