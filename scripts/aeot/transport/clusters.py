"""Clusters of codes that lie much closer to each other than to all others.

The second-best plane of most samples is then in the same cluster, because a gap is the distance to
the facet times the distance of the codes: facets between clusters are found only if clusters are
compared as wholes.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import median
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from aeot.transport.cells import Planes
from aeot.transport.neighbours import nearest_other

_ISOLATED = 5.0  # minimum distance of a cluster from all other points, in units of its longest link
_STEP = 1.2  # ratio of the scales that are tried; with 2, modes in the plane were missed
_CHUNK = 1 << 16  # pairs whose distances are taken at a time
_TWINS = 32  # a cluster of at most so many codes is one of twins; a larger one is a mode

Index = NDArray[np.int64]


@dataclass(frozen=True)
class Clusters:
    """The largest isolated clusters of N points that hold at most half of them.

    Attributes:
        labels: (N,) int64: the cluster of each point; an isolated point has its own.
        first: (C,) int64: one point of each cluster.
        crowded: (N,) whether a point's cluster has others.
        twins: (N,) whether it has others, but few.
        links: (2, k) int64 pairs of twins that join their clusters.
        apart: (N,) float64 distance of each point to the nearest point that is not its twin.
        usual: (N,) float64 median of that over a point's mode, or over all points without a mode.
    """

    labels: Tensor
    first: Tensor
    crowded: Tensor
    twins: Tensor
    links: Tensor
    apart: Tensor
    usual: Tensor


def find_clusters(planes: Planes) -> Clusters:
    """Find the isolated clusters of a kernel's support (N, r), N >= 2, no two points equal.

    The kernel's heights are left as `nearest` leaves them.
    """
    i, j, length = _tree(planes)
    count = len(planes.support)
    labels = _isolated(i, j, length, count)
    _, first, labels, sizes = np.unique(
        labels, return_index=True, return_inverse=True, return_counts=True
    )
    sizes = sizes[labels]
    twins = (sizes > 1) & (sizes <= _TWINS)
    alike = labels[i] == labels[j]
    links, apart = np.stack([i, j])[:, alike & twins[i]], length[:count].copy()
    around = np.full(len(first), np.inf)
    for end in (i, j):
        np.minimum.at(around, labels[end[~alike]], length[~alike])
    apart[twins] = around[labels[twins]]
    mode = np.where(sizes > _TWINS, labels, -1)
    some, place = np.unique(mode, return_inverse=True)
    usual = np.asarray(median(apart, mode, some))[place]
    found = labels, first, sizes > 1, twins, links, apart, usual
    return Clusters(*(torch.from_numpy(part).to(planes.device) for part in found))


def _tree(planes: Planes) -> tuple[Index, Index, NDArray[np.float64]]:
    """Pairs that span the points: each point and its nearest, then one point per group, and so on.

    A group is represented by the point with the smallest distance to its nearest, which is not an
    outlier.

    Returns:
        (m,) points, (m,) points and (m,) their distances.
    """
    rest = np.arange(len(planes.support))
    rounds: list[tuple[Index, Index, NDArray[np.float64]]] = []
    while len(rest) > 1:
        part = Planes(planes.support[torch.from_numpy(rest)]) if rounds else planes
        other = nearest_other(part)
        length = distances(part.support, torch.arange(len(rest)), other).cpu().numpy()
        found = other.cpu().numpy()
        rounds.append((rest, rest[found], length))
        groups = _join(np.arange(len(rest)), found, len(rest))
        order = np.argsort(length, kind="stable")
        rest = rest[order[np.unique(groups[order], return_index=True)[1]]]
    i, j, length = (np.concatenate(part) for part in zip(*rounds, strict=True))
    return i, j, length


def _isolated(i: Index, j: Index, length: NDArray[np.float64], count: int) -> Index:
    """Label each point by its largest isolated cluster, or by itself: (count,).

    Scales are tried a factor of `_STEP` apart.
    """
    labels, fresh = np.arange(count), count
    scale, largest = length.min(), length.max() / _ISOLATED
    while scale <= largest:
        links = (length <= scale, length <= _ISOLATED * scale)
        near, far = (_join(i[some], j[some], count) for some in links)
        size = np.bincount(near)[near]
        alone = (size == np.bincount(far)[far]) & (size > 1) & (2 * size <= count)
        labels[alone] = fresh + near[alone]
        scale, fresh = _STEP * scale, fresh + count
    return labels


def _join(i: Index, j: Index, count: int) -> Index:
    """Number the groups of points that pairs join: (count,)."""
    links = coo_array((np.ones(len(i), np.int8), (i, j)), shape=(count, count))
    return connected_components(links, directed=False)[1].astype(np.int64)


def distances(support: Tensor, i: Tensor, j: Tensor) -> Tensor:
    """Distances |y_i - y_j| > 0 of pairs of points (N, r): (k,) float64."""
    apart = [
        (support[a] - support[b]).double().norm(dim=1)
        for a, b in zip(i.split(_CHUNK), j.split(_CHUNK), strict=True)
    ]
    return torch.cat(apart).clamp_min(1e-300)
