"""The base of mixtures: modes, weights, one standard deviation, and the mode of a point."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Points = NDArray[np.float32]
Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Mixture:
    """A mixture of K spherical Gaussians in d dimensions, all with the same standard deviation.

    Attributes:
        means: (K, d) float64.
        deviation: standard deviation of every coordinate of every component.
        weights: (K,) float64, positive, summing to 1.
    """

    means: Vector
    deviation: float
    weights: Vector

    @classmethod
    def balanced(cls, means: Vector, deviation: float) -> "Mixture":
        """Build a mixture with equal weights."""
        return cls(means, deviation, np.full(len(means), 1 / len(means)))

    def sample(self, count: int, rng: np.random.Generator) -> Points:
        """Draw (count, d) points."""
        modes = rng.choice(len(self.means), size=count, p=self.weights)
        noise = rng.normal(size=(count, self.means.shape[1]))
        return (self.means[modes] + self.deviation * noise).astype(np.float32)

    def nearest(self, points: Points) -> tuple[NDArray[np.int64], Vector]:
        """Nearest mode of each point (n, d), and the distance to it.

        Returns:
            (n,) int64 and (n,) float64; distances are in standard deviations.
        """
        distance, mode = cKDTree(self.means).query(np.asarray(points, dtype=np.float64))
        return np.asarray(mode, dtype=np.int64), np.asarray(distance) / self.deviation
