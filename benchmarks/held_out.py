"""One fresh sample of the source for all solvers of a problem."""

import math

import numpy as np
import torch

from aeot.results.peers import TOLERANCE
from aeot.seeding import stream_seed
from aeot.transport.certificate import GROUPS, MassError, held_out_size, mass_error
from aeot.transport.map import TransportMap
from aeot.transport.problem import Matrix, Vector
from aeot.transport.source import Source

_ALPHA = 0.05
_ROUGH = 2  # an error that is certainly above this number of tolerances needs no more samples


class HeldOut:
    """The mass error of any heights, on samples that no solver has used.

    Args:
        codes: (N, d) as given, all different, of equal masses.
        seed: makes the sample.
        device: where it is measured.
    """

    def __init__(self, codes: Matrix, seed: int, device: torch.device | str = "cpu") -> None:
        self._device = torch.device(device)
        self._codes, self._source = codes, Source("uniform", codes.shape[1])
        self._masses = np.full(len(codes), 1 / len(codes))
        self._seed = stream_seed(seed, "benchmark", "held-out")

    def error(self, heights: Vector) -> MassError:
        """Measure `heights` (N,): x goes to argmax <x, p_i> + h_i.

        The estimate is free of the sample's noise (`aeot.transport.certificate`). Large errors
        are estimated from the first part of the sample.
        """
        planes = TransportMap(self._codes, heights, self._masses, "uniform").planes(self._device)
        count = len(self._codes)
        counts = np.zeros((GROUPS, count), np.int32)
        size = GROUPS * math.ceil(held_out_size(count, TOLERANCE, _ALPHA) / GROUPS)
        for _, rows, generator in self._source.held_out(size, self._seed, 0):
            x = self._source.sample(rows, generator).to(self._device)
            cells = planes.best(x).cpu().numpy()
            np.add.at(counts, (np.arange(rows) % GROUPS, cells), 1)
            error = mass_error(counts, self._masses, _ALPHA)
            if error.samples >= count and error.low > _ROUGH * TOLERANCE:
                break
        return error
