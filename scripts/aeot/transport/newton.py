"""The Newton direction: a sparse estimate of the energy's Hessian and its linear solve.

The Hessian of E(h) = int u_h dmu - <nu, h> is the weighted graph Laplacian of the power diagram:
neighbouring cells i and j carry the weight (source mass on their common facet) / |y_i - y_j|
(Kitagawa, Merigot, Thibert 2019, Thm 1.3). A facet's mass is estimated from the samples that fall
close to it, which follows from the gap between best and second-best plane.
"""

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.linalg import splu
from torch import Tensor

from aeot.transport.clusters import Clusters, distances

_CLOSE = 0.3  # share of the samples that are counted as close to a facet
_PAIRS = 16  # pairs per point that are kept
_RIDGE = 0.02  # ridge on the Laplacian, in mean degrees
_SPREAD = 1 << 15  # evenly spaced entries from which a quantile is computed
_FAR = 4.0  # a point is an outlier if its nearest point is this many times as far as usual
_TINY_DEGREE = 0.25  # degrees below this share of the mean are raised to it


class FacetWeights:
    """Exponentially forgetting estimate of the facet weights, as a sparse symmetric matrix.

    It is stored as pairs i < j with their weights. A pair may occur more than once, until there are
    twice as many entries as after the last clearing, because sorting at every step would take
    longer than the linear solve.

    Args:
        support: (N, r) points y, N >= 2, no two equal.
        masses: (N,) float64 target masses.
        clusters: of points much closer to each other than to others.
        factorised: whether the matrix is factorised.
    """

    def __init__(
        self, support: Tensor, masses: Tensor, clusters: Clusters, factorised: bool = False
    ) -> None:
        self.support, self.size, self.masses = support, len(support), masses
        self.clusters, self.factorised = clusters, factorised
        self.width = 1.0  # of the cells of twins, across their facets
        self.keys = torch.empty(0, dtype=torch.int64, device=support.device)  # i * N + j, i < j
        self.values = torch.empty(0, dtype=torch.float64, device=support.device)
        self.distinct = 0
        self.samples = 0.0

    def update(self, i: Tensor, j: Tensor, gap: Tensor, samples: int, memory: float) -> Tensor:
        """Add the facets of a batch and reduce the weight of older ones by `memory`.

        Args:
            i: (m,) cells, some samples' best planes, within clusters or among them.
            j: (m,) the second-best planes of the same comparison.
            gap: (m,) by how much.
            samples: of the batch.
            memory: factor of the weights of older batches.

        Returns:
            (m,) distances of the samples to their facets.
        """
        length = distances(self.support, i, j)
        reach = gap.double() / length
        # A twin's facet that no close sample shows would leave it free to run away. All samples
        # between twins count: spread evenly over a width b they are b / 4 from the middle.
        twin = self.twins(i, j)
        if twin.any():
            self.width = 4 * float(reach[twin].mean().clamp_min(1e-300))
        delta = quantile(reach if twin.all() else reach[~twin], _CLOSE).clamp_min(1e-300)
        weight = 1 / (torch.where(twin, self.width, 2 * delta) * length)
        close = twin | (reach <= delta)
        low, high = torch.minimum(i, j)[close], torch.maximum(i, j)[close]
        self.keys = torch.cat([self.keys, low * self.size + high])
        self.values = torch.cat([self.values * memory, weight[close]])
        self.samples = self.samples * memory + samples
        if len(self.keys) > max(2 * self.distinct, self.size):
            self._clear()
        return reach

    def twins(self, i: Tensor, j: Tensor) -> Tensor:
        """Which pairs are in the same small cluster: (k,) bool."""
        return self.clusters.twins[i] & (self.clusters.labels[i] == self.clusters.labels[j])

    def _clear(self) -> None:
        """Add repeated pairs; drop the lightest ones if there are more than `_PAIRS` per point."""
        keys, place = self.keys.unique(return_inverse=True)
        values = torch.zeros(len(keys), dtype=torch.float64, device=keys.device)
        values.index_add_(0, place, self.values)
        if len(keys) > _PAIRS * self.size:
            keep = values.topk(_PAIRS * self.size).indices.sort().values
            keys, values = keys[keep], values[keep]
        self.keys, self.values, self.distinct = keys, values, len(keys)

    def direction(self, gradient: Tensor, tolerance: float = 0.1, steps: int = 30) -> Tensor:
        """Solve (L + ridge) D = gradient.

        If the points are crowded (few dimensions), the graph is long and thin and conjugate
        gradients converge slowly, but a sparse factorisation remains small. Otherwise, conjugate
        gradients are used, preconditioned by the diagonal and, for clusters of close points, by
        each cluster as a whole.

        Args:
            gradient: (N,) float64, nu - w.
            tolerance: relative residual at which to stop.
            steps: most iterations.
        """
        matrix = _Matrix(self)
        if self.factorised:
            return matrix.factorised(gradient)
        return _conjugate_gradients(matrix, gradient, tolerance, steps)


def quantile(values: Tensor, share: float) -> Tensor:
    """Quantile of a tensor (m,), in the unit of the values: of every k-th value if there are many.

    Sorting all of them, several times per step, took a fifth of a solve of 2,000 codes.
    """
    return values[:: -(-len(values) // _SPREAD)].quantile(share)


class _Matrix:
    """L + ridge, and an approximate inverse."""

    def __init__(self, facets: FacetWeights) -> None:
        self.i, self.j = facets.keys // facets.size, facets.keys % facets.size
        self.weight = facets.values / facets.samples
        self._add_twins(facets)
        degree = self._degrees(self.weight, facets.size)
        # A weight goes like 1 / distance: what is typical for a point goes with how far off its
        # nearest are. Twins do not count: their weights say nothing of a cell's size.
        outer = self._degrees(self.weight * ~facets.twins(self.i, self.j), facets.size)
        usual, apart = facets.clusters.usual, facets.clusters.apart
        mean = (outer * torch.minimum(apart, usual)).mean()
        mean = mean.clamp_min(1e-6 * (degree * usual).mean())
        least = mean / torch.maximum(usual, apart / _FAR)
        self.diagonal = degree + _RIDGE * least + (_TINY_DEGREE * least - degree).clamp_min(0)
        self.cluster: Tensor | None = None
        if facets.clusters.crowded.any():
            self._add_up(facets.clusters.labels)

    def _add_twins(self, facets: FacetWeights) -> None:
        """Join clusters of twins by facets, whether or not samples showed them."""
        i, j = facets.clusters.links
        weight = torch.minimum(facets.masses[i], facets.masses[j]) / 2
        length = distances(facets.support, i, j)
        self.i, self.j = torch.cat([self.i, i]), torch.cat([self.j, j])
        self.weight = torch.cat([self.weight, weight / (facets.width * length)])

    def _degrees(self, weight: Tensor, size: int) -> Tensor:
        degree = torch.zeros(size, dtype=torch.float64, device=weight.device)
        return degree.index_add_(0, self.i, weight).index_add_(0, self.j, weight)

    def _add_up(self, cluster: Tensor) -> None:
        """Add up the matrix over each cluster."""
        inside = cluster[self.i] == cluster[self.j]
        total = self.diagonal.new_zeros(int(cluster.max()) + 1)
        total.index_add_(0, cluster, self.diagonal)
        total.index_add_(0, cluster[self.i[inside]], -2 * self.weight[inside])
        self.cluster, self.total = cluster, total.clamp_min(1e-300)

    def apply(self, v: Tensor) -> Tensor:
        """Multiply by the matrix."""
        out = self.diagonal * v
        out.index_add_(0, self.i, -self.weight * v[self.j])
        return out.index_add_(0, self.j, -self.weight * v[self.i])

    def precondition(self, v: Tensor) -> Tensor:
        """Multiply by the approximate inverse: each cell alone, plus each cluster as a whole."""
        if self.cluster is None:
            return v / self.diagonal
        whole = torch.zeros_like(self.total).index_add_(0, self.cluster, v) / self.total
        return v / self.diagonal + whole[self.cluster]

    def factorised(self, b: Tensor) -> Tensor:
        """Multiply by the inverse, through a sparse factorisation on the CPU."""
        i, j, weight = (t.cpu().numpy() for t in (self.i, self.j, self.weight))
        places = np.arange(len(b))
        rows, columns = np.concatenate([i, j, places]), np.concatenate([j, i, places])
        values = np.concatenate([-weight, -weight, self.diagonal.cpu().numpy()])
        matrix = coo_array((values, (rows, columns)), shape=(len(b), len(b))).tocsc()
        factors = splu(matrix, permc_spec="MMD_AT_PLUS_A", options={"SymmetricMode": True})
        return torch.from_numpy(factors.solve(b.cpu().numpy())).to(b.device)


def _conjugate_gradients(matrix: _Matrix, b: Tensor, tolerance: float, steps: int) -> Tensor:
    x = torch.zeros_like(b)
    r, z = b.clone(), matrix.precondition(b)
    p, rz = z.clone(), torch.dot(b, z)
    target = tolerance * b.norm()
    for _ in range(steps):
        if r.norm() <= target:
            break
        q = matrix.apply(p)
        alpha = rz / torch.dot(p, q)
        x += alpha * p
        r -= alpha * q
        z = matrix.precondition(r)
        rz, old = torch.dot(r, z), rz
        p = z + (rz / old) * p
    return x
