"""The Newton direction: a sparse estimate of the energy's Hessian and its linear solve.

The Hessian of E(h) = int u_h dmu - <nu, h> is the weighted graph Laplacian of the power diagram:
neighbouring cells i and j carry the weight (source mass on their common facet) / |y_i - y_j|
(Kitagawa, Merigot, Thibert 2019, Thm 1.3). A facet's mass is estimated from the samples that fall
close to it, which the gap between best and second-best plane tells.
"""

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu
from torch import Tensor

from aeot.transport.cells import Planes

_CLOSE = 0.3  # share of the samples that count as close to a facet
_PAIRS = 16  # pairs a point that are kept
_RIDGE = 0.02  # ridge on the Laplacian, in mean degrees
_SPREAD = 1 << 15  # entries, spread over all, that tell a quantile
_CLOSE_BY = 0.05  # facets shorter than this share of the long ones link twins
_FAR = 3.0  # a point is an outlier beyond this many median distances from the centre
_TINY_DEGREE = 0.25  # degrees below this share of the mean are lifted to it


class FacetWeights:
    """Exponentially forgetting estimate of the facet weights, as a sparse symmetric matrix.

    Held as pairs i < j with their weights; a pair may stand there more than once, until there are
    twice as many entries as after the last clearing: sorting at every step would cost more than
    the solve.

    Args:
        support: (N, r) points y, N >= 2, no two alike.
        masses: (N,) float64 target masses.
        neighbour: (N,) nearest other point of each, from `nearest`; with it, facets between
            twins, points much closer than most neighbours, are looked after.
    """

    def __init__(self, support: Tensor, masses: Tensor, neighbour: Tensor | None = None) -> None:
        self.support, self.size, self.masses = support, len(support), masses
        self.neighbour = neighbour
        if neighbour is not None:
            self.apart = self.distance(torch.arange(self.size, device=support.device), neighbour)
        norm = support.norm(dim=1).double()
        self.far = (norm / (_FAR * norm.median())).clamp_min(1)
        self.width = 1.0  # of the cells of twins, across their facets
        self.keys = torch.empty(0, dtype=torch.int64, device=support.device)  # i * N + j, i < j
        self.values = torch.empty(0, dtype=torch.float64, device=support.device)
        self.lengths = torch.empty(0, dtype=torch.float64, device=support.device)
        self.distinct = 0
        self.samples = 0.0

    def distance(self, i: Tensor, j: Tensor) -> Tensor:
        """Distances |y_i - y_j| of pairs, (k,) float64."""
        return (self.support[i] - self.support[j]).double().norm(dim=1).clamp_min(1e-300)

    def update(self, i: Tensor, j: Tensor, gap: Tensor, memory: float) -> Tensor:
        """Add a batch of (cell, runner-up, gap) and forget the older ones by `memory`.

        Returns:
            (m,) distances of the samples to their facets.
        """
        length = self.distance(i, j)
        reach = gap.double() / length
        delta = quantile(reach, _CLOSE).clamp_min(1e-300)
        weight = 1 / (2 * delta * length)
        close = reach <= delta
        if self.neighbour is not None:
            # A twin's facet that no close sample shows would leave it free to run away. All
            # samples between twins count: spread evenly over a width b they are b / 4 from the
            # middle.
            twin = length < _CLOSE_BY * quantile(length, 0.9)
            if twin.any():
                self.width = 4 * float(reach[twin].mean().clamp_min(1e-300))
            weight[twin] = 1 / (self.width * length[twin])
            close |= twin
        low, high = torch.minimum(i, j)[close], torch.maximum(i, j)[close]
        self.keys = torch.cat([self.keys, low * self.size + high])
        self.values = torch.cat([self.values * memory, weight[close]])
        self.lengths = torch.cat([self.lengths, length[close]])
        self.samples = self.samples * memory + len(gap)
        if len(self.keys) > max(2 * self.distinct, self.size):
            self._clear()
        return reach

    def _clear(self) -> None:
        """Add up repeated pairs; drop the lightest once there are more than `_PAIRS` a point."""
        keys, place = self.keys.unique(return_inverse=True)
        values = torch.zeros(len(keys), dtype=torch.float64, device=keys.device)
        values.index_add_(0, place, self.values)
        if len(keys) > _PAIRS * self.size:
            keep = values.topk(_PAIRS * self.size).indices.sort().values
            keys, values = keys[keep], values[keep]
        self.keys, self.values, self.distinct = keys, values, len(keys)
        self.lengths = self.distance(keys // self.size, keys % self.size)

    def direction(self, gradient: Tensor, tolerance: float = 0.1, steps: int = 30) -> Tensor:
        """Solve (L + ridge) D = gradient.

        Where the points are crowded (few dimensions) the graph is thin and long and conjugate
        gradients crawl, but a sparse factorisation stays small. Elsewhere: conjugate gradients,
        preconditioned by the diagonal and, for clusters of close points, by the clusters as wholes.

        Args:
            gradient: (N,) float64, nu - w.
            tolerance: relative residual at which to stop.
            steps: most iterations.
        """
        matrix = _Matrix(self)
        if self.neighbour is None:
            return matrix.factorised(gradient)
        return _conjugate_gradients(matrix, gradient, tolerance, steps)


def quantile(values: Tensor, share: float) -> Tensor:
    """Quantile, in the values' unit, of a tensor (m,): of every k-th value where there are many.

    Sorting them all, several times a step, took a fifth of a solve of 2,000 codes.
    """
    return values[:: -(-len(values) // _SPREAD)].quantile(share)


def nearest(planes: Planes) -> Tensor:
    """Nearest other point of each point of a kernel's support (N, r), N >= 2: (N,) int64.

    |y_i - y_j|^2 is least where <y_i, y_j> - |y_j|^2 / 2 is largest, so the kernel finds it; where
    rounding hides a point among its twins, one of them stands for it. The kernel's heights are
    left at that.
    """
    planes.set_heights(-planes.support.norm(dim=1).double().square() / 2)
    first, second, _ = planes.best_two(planes.support)
    itself = torch.arange(len(first), device=first.device)
    return torch.where(first == itself, second, first)


class _Matrix:
    """L + ridge, and an approximate inverse."""

    def __init__(self, facets: FacetWeights) -> None:
        self.i, self.j = facets.keys // facets.size, facets.keys % facets.size
        self.weight = facets.values / facets.samples
        self.length = facets.lengths
        typical = quantile(self.length, 0.9)
        if facets.neighbour is None:
            strong = torch.zeros_like(self.weight, dtype=torch.bool)
        else:
            self._add_twins(facets, facets.neighbour, typical)
            strong = self.length < _CLOSE_BY * typical
        degree = self._degrees(self.weight, facets.size)
        # What a cell shares with far ones; a twin's weight, 1 / distance, says nothing of its size.
        mean = self._degrees(self.weight * ~strong, facets.size).mean()
        mean = mean.clamp_min(1e-6 * degree.mean())  # where all are twins
        # A point far out has long facets of little weight: what is typical for it is less.
        least = mean / facets.far
        self.diagonal = degree + _RIDGE * least + (_TINY_DEGREE * least - degree).clamp_min(0)
        self.cluster: Tensor | None = None
        if strong.any():
            self._find_clusters(strong, facets.size)

    def _add_twins(self, facets: FacetWeights, j: Tensor, typical: Tensor) -> None:
        """Give nearest neighbours that are twins a facet, whether or not samples showed it."""
        i = torch.nonzero(facets.apart < _CLOSE_BY * typical)[:, 0]
        j, length = j[i], facets.apart[i]
        weight = torch.minimum(facets.masses[i], facets.masses[j]) / 2
        self.i, self.j = torch.cat([self.i, i]), torch.cat([self.j, j])
        self.weight = torch.cat([self.weight, weight / (facets.width * length)])
        self.length = torch.cat([self.length, length])

    def _degrees(self, weight: Tensor, size: int) -> Tensor:
        degree = torch.zeros(size, dtype=torch.float64, device=weight.device)
        return degree.index_add_(0, self.i, weight).index_add_(0, self.j, weight)

    def _find_clusters(self, strong: Tensor, size: int) -> None:
        """Join the cells that close points link, and add up the matrix over each cluster."""
        pairs = (self.i[strong].cpu().numpy(), self.j[strong].cpu().numpy())
        links = coo_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(size, size))
        count, labels = connected_components(links, directed=False)
        self.cluster = torch.from_numpy(labels.astype(np.int64)).to(self.diagonal.device)
        inside = self.cluster[self.i] == self.cluster[self.j]
        total = torch.zeros(count, dtype=torch.float64, device=self.diagonal.device)
        total.index_add_(0, self.cluster, self.diagonal)
        self.total = total.index_add_(
            0, self.cluster[self.i[inside]], -2 * self.weight[inside]
        ).clamp_min(1e-300)

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
