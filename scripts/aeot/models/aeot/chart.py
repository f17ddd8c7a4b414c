"""A chart around every code: the map on a cell is affine instead of constant.

Mixtures of codes with positive weights lie inside the data and reduce their spread, which reduces
fidelity. The chart preserves the spread. On the power cell W_i with mass centre c_i,

    T~(x) = m_i + (1 - b s^2)^(1/2) (p_i - m_i) + s B_i (x - c_i) / sigma,

with sigma^2 the variance of the source along an axis, and m_i and B_i the mean and the root of the
covariance C_i of p_i and the codes nearest to it. The spread s is that of the chart; the balance b
determines by how much the distance of the code from m_i is reduced in return: for b = 0, the chart
adds to the spread of the data; for b = 1, it replaces as much. In high dimension, the distribution
of a cell is close to N(c_i, sigma^2 I), so T~ maps it approximately to a Gaussian of covariance s^2
C_i. Since B_i is symmetric and positive semidefinite, T~ is on every cell the gradient of a convex
function, like an optimal map (Brenier). With random cells instead of those of x, and with b = 0, it
would be the manifold Parzen estimate of Vincent and Bengio (2003).
"""

import torch
from torch import Tensor

from aeot.models.aeot.facets import dihedral_angle

_PART = 512  # rows of distances computed at a time


def nearest_codes(support: Tensor, cells: Tensor, count: int) -> Tensor:
    """Return the codes nearest to each given code, itself first: (m, count) int64.

    Args:
        support: (N, d) codes, N >= count.
        cells: (m,) int64.
        count: number of codes, including the code itself.
    """
    near = []
    for part in cells.split(_PART):
        distance = torch.cdist(support[part], support)
        distance[torch.arange(len(part)), part] = -1  # before its duplicates
        near.append(distance.topk(count, largest=False).indices)
    return torch.cat(near)


def within(normals: Tensor, near: Tensor, threshold: float | None) -> Tensor:
    """Whether the angle between each code and the first one is within a threshold: (m, k)."""
    if threshold is None:
        return torch.ones_like(near, dtype=torch.bool)
    allowed = dihedral_angle(normals, near[:, :1], near) <= threshold
    allowed[:, 0] = True
    return allowed


def shift(codes: Tensor, allowed: Tensor, spread: float, balance: float) -> Tensor:
    """Move each first code towards the mean of its row, according to the balance: (m, d).

    Args:
        codes: (m, k, d), the chart's own code first.
        allowed: (m, k) bool, as for `displacement`.
        spread: s.
        balance: b; the code is unchanged for b = 0, and moves to the mean if b s^2 >= 1.
    """
    kept = max(0.0, 1 - balance * spread**2) ** 0.5
    return (1 - kept) * (_mean(codes, allowed)[:, 0] - codes[:, 0].double())


def _mean(codes: Tensor, allowed: Tensor) -> Tensor:
    """Mean of the allowed codes of every row: (m, 1, d) float64."""
    share = allowed[:, :, None].double()
    return (share * codes).sum(dim=1, keepdim=True) / share.sum(dim=1, keepdim=True)


def displacement(codes: Tensor, allowed: Tensor, offset: Tensor) -> Tensor:
    """Apply the root of the covariance of some codes to offsets: (m, d) float64.

    With V the centred codes and C = V^T V / (k - 1), the root V^T (V V^T)^(-1/2) V / (k - 1)^(1/2)
    needs only matrices of size k x k.

    Args:
        codes: (m, k, d); each row of codes spans one chart.
        allowed: (m, k) bool; at least one in each row. A single code spans nothing.
        offset: (m, d), of unit variance along an axis.
    """
    count = allowed.sum(dim=1, keepdim=True)
    centred = allowed[:, :, None] * (codes.double() - _mean(codes, allowed))
    values, vectors = torch.linalg.eigh(centred @ centred.mT)
    # Up to rounding, components outside the span of the codes are some 1e-16 of the largest.
    kept = values > 1e-12 * values[:, -1:].clamp_min(torch.finfo(torch.float64).tiny)
    inverse = torch.where(kept, values.clamp_min(0).rsqrt(), 0)
    seen = torch.einsum("mkd,md->mk", centred, offset.double())
    along = inverse * torch.einsum("mkr,mk->mr", vectors, seen)
    turned = torch.einsum("mkr,mr->mk", vectors, along)
    return torch.einsum("mkd,mk->md", centred, turned) / (count - 1).clamp_min(1).sqrt()
