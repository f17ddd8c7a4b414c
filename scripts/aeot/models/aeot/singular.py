"""The singular set along segments of the source (AE-OT, Figure 12).

Where a segment passes from one power cell to the next, the optimal map jumps from one code to
another. The dihedral angle between the two facets of the Brenier potential measures the jump: above
a threshold, it counts as singular.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from aeot.models.aeot.facets import dihedral_angle, facet_normals
from aeot.models.aeot.segment_settings import SegmentSettings
from aeot.seeding import torch_generator
from aeot.transport.map import TransportMap
from aeot.transport.problem import standardisation

_BATCH = 65_536


@dataclass(frozen=True)
class Trace:
    """The cells and angles along segments.

    Attributes:
        cells: (S, P) int64, the power cell at each of P equally spaced points.
        angles: (S, P - 1) float64, the dihedral angle between consecutive cells, in radians; 0
            if the cell is the same.
    """

    cells: NDArray[np.int64]
    angles: NDArray[np.float64]

    def largest(self) -> NDArray[np.float64]:
        """Largest angle of every segment: (S,)."""
        found: NDArray[np.float64] = self.angles.max(axis=1)
        return found


def trace(
    transport: TransportMap, settings: SegmentSettings, seed: int, device: torch.device
) -> Trace:
    """Follow segments between pairs of source samples through the power cells.

    Cells that are thinner than the distance between two points can be missed: the angle is then
    that between the cells on either side.

    Args:
        transport: the map.
        settings: segments and points.
        seed: seed of the segments' ends.
        device: where the planes are evaluated.
    """
    planes = transport.planes(device)
    mean, scale = standardisation(transport.support)
    standard = ((transport.support - mean) / scale).astype(np.float32)
    normals = facet_normals(torch.from_numpy(standard).to(device))
    random = torch_generator(seed, "segments")
    ends = planes.source.sample(2 * settings.count, random).to(device)
    share = torch.linspace(0, 1, settings.points, device=device)[None, :, None]
    cells = []
    for part in torch.arange(settings.count).split(max(1, _BATCH // settings.points)):
        first, second = ends[2 * part, None], ends[2 * part + 1, None]
        x = torch.lerp(first, second, share.to(first.dtype))
        cells.append(planes.best(x.flatten(0, 1)).view(len(part), settings.points))
    found = torch.cat(cells)
    angles = dihedral_angle(normals, found[:, :-1], found[:, 1:])
    return Trace(found.cpu().numpy(), angles.cpu().numpy())
