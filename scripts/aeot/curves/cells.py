"""AE-OT's power cells in the plane, and the regions of singular source samples."""

from typing import Any

import numpy as np
import torch

from aeot.models.aeot.facets import dihedral_angle, facet_normals
from aeot.transport.map import TransportMap
from aeot.transport.problem import standardisation

COLUMNS = ["x", "y", "cell", "singular", "code_x", "code_y"]


def cell_rows(transport: TransportMap, pixels: int, threshold: float) -> list[dict[str, Any]]:
    """Evaluate a map on a raster of the unit square.

    Args:
        transport: map from the uniform square to codes (N, 2).
        pixels: number of pixels on a side of the raster.
        threshold: dihedral angle above which a source sample is singular, in radians.

    Returns:
        Rows of `COLUMNS`, in the order of the raster: the position, its cell, whether the two
        highest planes meet at more than the threshold (0 or 1), and the code of the cell.
    """
    steps = (torch.arange(pixels) + 0.5) / pixels
    x = torch.cartesian_prod(steps, steps).flip(1)
    first, second, _ = transport.planes(torch.device("cpu")).best_two(x)
    mean, scale = standardisation(transport.support)
    standard = ((transport.support - mean) / scale).astype(np.float32)
    angle = dihedral_angle(facet_normals(torch.from_numpy(standard)), first, second)
    codes = transport.support[first.numpy()]
    singular = (angle > threshold).int().tolist()
    columns = (*x.T.tolist(), first.tolist(), singular, *codes.T.tolist())
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=True)]
