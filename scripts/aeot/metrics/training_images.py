"""The training images, as features or codes: the nearest one to a point, and its distance."""

import numpy as np
import torch

from aeot.files import Array
from aeot.transport.cells import Planes
from aeot.transport.neighbours import nearest, nearest_other


class TrainingImages:
    """Rows with which points are compared.

    The nearest row is found in float32, after centring; its distance is computed in float64.

    Args:
        rows: (N, k).
        device: where they are compared; None: on the CPU.
    """

    def __init__(self, rows: Array, device: torch.device | None) -> None:
        self.rows, self.mean = rows, rows.mean(axis=0, dtype=np.float64)
        self.planes = Planes(self._centred(rows).to(device))

    def nearest(self, points: Array) -> tuple[Array, Array]:
        """Distance (n,) of points (n, k) to the nearest row, and the number of that row."""
        place = nearest(self.planes, self._centred(points)).cpu().numpy()
        return self._distance(points, place), place

    def apart(self, places: Array) -> Array:
        """Distance (n,) of rows, by number, to the nearest other row; needs at least two rows."""
        other = nearest_other(self.planes, torch.from_numpy(places)).cpu().numpy()
        return self._distance(self.rows[places], other)

    def _centred(self, points: Array) -> torch.Tensor:
        return torch.from_numpy((points - self.mean).astype(np.float32))

    def _distance(self, points: Array, places: Array) -> Array:
        return np.linalg.norm(points.astype(np.float64) - self.rows[places], axis=1)
