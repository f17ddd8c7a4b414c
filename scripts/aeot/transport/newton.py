"""The Newton direction: a sparse estimate of the energy's Hessian and its linear solve.

The Hessian of E(h) = int u_h dmu - <nu, h> is the weighted graph Laplacian of the power diagram:
neighbouring cells i and j carry the weight (source mass on their common facet) / |y_i - y_j|
(Kitagawa, Merigot, Thibert 2019, Thm 1.3). A facet's mass is estimated from the samples that fall
close to it, which the gap between best and second-best plane tells.
"""

from collections.abc import Callable

import torch
from torch import Tensor

_CLOSE = 0.3  # share of the samples that count as close to a facet
_FLOOR = 0.02  # distances between codes are floored at this share of their median
_RIDGE = 0.02  # ridge on the Laplacian, in mean degrees
QUANTILE_LIMIT = 1 << 23  # torch.quantile takes no more
_TINY_DEGREE = 0.25  # degrees below this share of the mean are lifted to it


class FacetWeights:
    """Exponentially forgetting estimate of the facet weights, as a sparse symmetric matrix.

    Args:
        support: (N, d) points y, N >= 2, no two alike.
    """

    def __init__(self, support: Tensor) -> None:
        self.support, self.size = support, len(support)
        self.keys = torch.empty(0, dtype=torch.int64, device=support.device)  # i * N + j, i < j
        self.values = torch.empty(0, dtype=torch.float64, device=support.device)
        self.samples = 0.0

    def distance(self, i: Tensor, j: Tensor) -> Tensor:
        """Distances |y_i - y_j| of pairs, (k,) float64, floored away from zero."""
        length = (self.support[i] - self.support[j]).double().norm(dim=1)
        return length.clamp_min(_FLOOR * float(length.median()))

    def update(self, i: Tensor, j: Tensor, gap: Tensor, memory: float) -> Tensor:
        """Add a batch of (cell, runner-up, gap) and forget the older ones by `memory`.

        Returns:
            (m,) distances of the samples to their facets.
        """
        length = self.distance(i, j)
        reach = gap.double() / length
        delta = reach[:QUANTILE_LIMIT].quantile(_CLOSE).clamp_min(1e-300)
        close = reach <= delta
        low, high = torch.minimum(i, j)[close], torch.maximum(i, j)[close]
        weight = 1 / (2 * delta * length[close])
        keys = torch.cat([self.keys, low * self.size + high])
        values = torch.cat([self.values * memory, weight])
        self.keys, place = keys.unique(return_inverse=True)
        self.values = torch.zeros(len(self.keys), dtype=torch.float64, device=keys.device)
        self.values.index_add_(0, place, values)
        self.samples = self.samples * memory + len(gap)
        self._prune()
        return reach

    def _prune(self) -> None:
        """Drop the lightest pairs once there are more than 64 a point."""
        limit = 64 * self.size
        if len(self.keys) > limit:
            keep = self.values.topk(limit).indices.sort().values
            self.keys, self.values = self.keys[keep], self.values[keep]

    def direction(self, gradient: Tensor, tolerance: float = 0.1, steps: int = 30) -> Tensor:
        """Solve (L + ridge) D = gradient by Jacobi-preconditioned conjugate gradients.

        Args:
            gradient: (N,) float64, nu - w.
            tolerance: relative residual at which to stop.
            steps: most iterations.
        """
        i, j = self.keys // self.size, self.keys % self.size
        weight = self.values / self.samples
        degree = torch.zeros(self.size, dtype=torch.float64, device=weight.device)
        degree.index_add_(0, i, weight).index_add_(0, j, weight)
        mean = degree.mean()
        diagonal = degree + _RIDGE * mean + (_TINY_DEGREE * mean - degree).clamp_min(0)

        def apply(v: Tensor) -> Tensor:
            out = diagonal * v
            return out.index_add_(0, i, -weight * v[j]).index_add_(0, j, -weight * v[i])

        return _conjugate_gradients(apply, diagonal, gradient, tolerance, steps)


def _conjugate_gradients(
    apply: Callable[[Tensor], Tensor], diagonal: Tensor, b: Tensor, tolerance: float, steps: int
) -> Tensor:
    x = torch.zeros_like(b)
    r, z = b.clone(), b / diagonal
    p, rz = z.clone(), torch.dot(b, b / diagonal)
    target = tolerance * b.norm()
    for _ in range(steps):
        if r.norm() <= target:
            break
        q = apply(p)
        alpha = rz / torch.dot(p, q)
        x += alpha * p
        r -= alpha * q
        z = r / diagonal
        rz, old = torch.dot(r, z), rz
        p = z + (rz / old) * p
    return x
