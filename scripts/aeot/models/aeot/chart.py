"""A chart around every code: the map on a cell becomes affine instead of constant.

Mixtures of codes with positive weights lie inside the data: they shrink its spread, which costs
fidelity. The chart keeps it. On the power cell W_i with mass centre c_i,

    T~(x) = p_i + s B_i (x - c_i) / sigma,

with sigma^2 the variance of the source along an axis and B_i the root of C_i, the covariance of
p_i and the codes nearest to it. In high dimension the law of a cell is near N(c_i, sigma^2 I), so
that T~ brings it near N(p_i, s^2 C_i); and as B_i is symmetric and not negative, T~ is on every
cell the gradient of a convex function, as an optimal map is (Brenier). Drawn at random instead of
through x it would be the manifold Parzen estimate of Vincent and Bengio (2003).
"""

import torch
from torch import Tensor

from aeot.models.aeot.facets import dihedral_angle

_PART = 512  # rows of distances at a time


def nearest_codes(support: Tensor, cells: Tensor, count: int) -> Tensor:
    """Return the codes nearest to each of some, itself first: (m, count) int64.

    Args:
        support: (N, d) codes, N >= count.
        cells: (m,) int64.
        count: how many, the code itself among them.
    """
    near = []
    for part in cells.split(_PART):
        distance = torch.cdist(support[part], support)
        distance[torch.arange(len(part)), part] = -1  # before its duplicates
        near.append(distance.topk(count, largest=False).indices)
    return torch.cat(near)


def within(normals: Tensor, near: Tensor, threshold: float | None) -> Tensor:
    """Tell which of the codes near to the first are not across a sharper bend: (m, k) bool."""
    if threshold is None:
        return torch.ones_like(near, dtype=torch.bool)
    allowed = dihedral_angle(normals, near[:, :1], near) <= threshold
    allowed[:, 0] = True
    return allowed


def displacement(codes: Tensor, allowed: Tensor, offset: Tensor) -> Tensor:
    """Apply the root of the covariance of some codes to offsets: (m, d) float64.

    With V the centred codes and C = V^T V / (k - 1), the root V^T (V V^T)^(-1/2) V / (k - 1)^(1/2)
    needs matrices of k by k only.

    Args:
        codes: (m, k, d); each row of codes spans one chart.
        allowed: (m, k) bool; at least one of each row. A single code spans nothing.
        offset: (m, d), of unit variance along an axis.
    """
    share = allowed[:, :, None].double()
    count = share.sum(dim=1)
    centred = share * (codes.double() - (share * codes).sum(dim=1, keepdim=True) / count[:, None])
    values, vectors = torch.linalg.eigh(centred @ centred.mT)
    # Rounding leaves what lies outside of the codes' span some 1e-16 of the largest.
    kept = values > 1e-12 * values[:, -1:].clamp_min(torch.finfo(torch.float64).tiny)
    inverse = torch.where(kept, values.clamp_min(0).rsqrt(), 0)
    seen = torch.einsum("mkd,md->mk", centred, offset.double())
    along = inverse * torch.einsum("mkr,mk->mr", vectors, seen)
    turned = torch.einsum("mkr,mr->mk", vectors, along)
    return torch.einsum("mkd,mk->md", centred, turned) / (count - 1).clamp_min(1).sqrt()
