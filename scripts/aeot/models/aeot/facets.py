"""The facets of the Brenier potential's graph, and the angles at which they meet."""

import math

import torch
from torch import Tensor

_ANGLES = 1 << 24  # number of facets compared at a time


def facet_normals(y: Tensor) -> Tensor:
    """Unit normals n_i = (y_i, -1) / |(y_i, -1)| of the potential's graph: (N, d + 1) float64.

    Args:
        y: (N, d) standardised codes: the -1 makes the angles depend on their scale.
    """
    normals = torch.cat([y.double(), -torch.ones_like(y[:, :1], dtype=torch.float64)], dim=1)
    return normals / normals.norm(dim=1, keepdim=True)


def dihedral_angle(normals: Tensor, i: Tensor, j: Tensor) -> Tensor:
    """Dihedral angle between the facets i and j of the potential's graph (AE-OT, singularities).

    theta_ij = arccos <n_i, n_j>.

    Args:
        normals: (N, d + 1) unit normals, from `facet_normals`.
        i: (...) int64 indices.
        j: (...) int64 indices, of a shape that broadcasts with `i`.

    Returns:
        (...) float64 angles in radians, from 0 to pi.
    """
    difference = (normals[i] - normals[j]).norm(dim=-1)
    return 2 * torch.asin((difference / 2).clamp_max(1))  # exact for small angles, unlike arccos


def without_neighbour(normals: Tensor, facets: Tensor, threshold: float) -> Tensor:
    """Which facets meet no other one, adjacent or not, within an angle: (m,) bool.

    Args:
        normals: (N, d + 1) float64 unit normals, from `facet_normals`.
        facets: (m,) int64, the facets in question.
        threshold: the angle, in radians, with a tolerance of 1e-6 for rounding.
    """
    least = math.cos(min(threshold + 1e-6, math.pi))
    alone = [torch.zeros(0, dtype=torch.bool, device=normals.device)]
    for part in facets.split(max(1, _ANGLES // len(normals))):
        cosine = normals[part] @ normals.T
        cosine[torch.arange(len(part), device=normals.device), part] = -torch.inf
        alone.append(cosine.amax(dim=1) < least)
    return torch.cat(alone)
