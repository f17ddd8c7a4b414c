"""How a sampler changes the masses for which the transport was certified."""

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from aeot.transport.certificate import GROUPS, chi_square
from aeot.transport.map import TransportMap
from aeot.transport.problem import Problem

_LEAST = 4  # draws that an estimate with its deviation needs


@dataclass(frozen=True)
class DrawnMasses:
    """Relative error of the shares of drawn cells against their target masses.

    Attributes:
        mass_error_rms: root mean square sqrt(sum_i nu_i (p_i / nu_i - 1)^2), p_i the probability
            that the sampler draws cell i. The multinomial noise of the draws is subtracted; 0 if
            the draws vary no more than by chance, None for fewer than four draws.
        mass_error_rms_se: the largest change of the error when its square changes by one standard
            error, up or down.
    """

    mass_error_rms: float | None
    mass_error_rms_se: float | None

    def report(self) -> dict[str, float | None]:
        """Return both as a mapping."""
        return asdict(self)


def drawn_masses(transport: TransportMap, cells: NDArray[np.int64]) -> DrawnMasses:
    """Estimate the mass error of a sampler from the cells of its draws.

    Codes that the solver merges count as one cell.

    Args:
        transport: the map whose cells were drawn.
        cells: (n,) int64, the cell of each of n independent draws.
    """
    if len(cells) < _LEAST:
        return DrawnMasses(None, None)
    problem = Problem.build(transport.support, transport.masses, transport.source)
    groups = np.array_split(problem.groups[cells], min(GROUPS, len(cells)))
    counts = np.stack([np.bincount(group, minlength=len(problem.masses)) for group in groups])
    found = chi_square(counts, problem.masses)
    low, rms, high = (
        math.sqrt(max(0.0, max(0.0, found.value) + step * found.deviation)) for step in (-1, 0, 1)
    )
    return DrawnMasses(rms, max(high - rms, rms - low))
