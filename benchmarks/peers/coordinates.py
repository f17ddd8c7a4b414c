"""The coordinates of the other solvers, and their heights in the common convention."""

import numpy as np

from aeot.transport.problem import Matrix, Vector, standardisation


class Coordinates:
    """Centred codes of mean variance 1 and a centred source, x = 1/2 + spread x'.

    Args:
        codes: (N, d) as given.
        spread: 1 puts x' on [-1/2, 1/2]^d; the root of 1/12 gives it variance 1.

    Attributes:
        y: (N, d) float32, the standardised codes.
        half_width: x' is uniform on [-half_width, half_width]^d.
    """

    def __init__(self, codes: Matrix, spread: float) -> None:
        mean, self._scale = standardisation(codes)
        self._spread, self.half_width = spread, 0.5 / spread
        self._y = (codes - mean) / self._scale
        self.y: Matrix = self._y.astype(np.float32)

    def heights(self, own: Vector) -> Vector:
        """Carry heights H of the planes <x', y> + H to the codes as given and x on [0, 1]^d.

        With p = m + k y and x = c + s x': <x, p> + h = k s (<x', y> + H) + const(x) for
        h = k (s H - <c, y>).
        """
        given = self._scale * (self._spread * own - 0.5 * self._y.sum(axis=1))
        return given - given.mean()

    def heights_of_potential(self, potential: Vector) -> Vector:
        """The same for a potential g of the cost |x' - y|^2: H = (g - |y|^2) / 2."""
        return self.heights((potential - (self._y**2).sum(axis=1)) / 2)
