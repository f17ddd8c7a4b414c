"""The entropic map with heights that were solved without entropy."""

import math

import numpy as np
import torch
from torch import Tensor

from aeot.errors import InputError
from aeot.transport.problem import Matrix, Vector, bulk

_SCORES = 1 << 22  # scores of a tile, 32 MB


def soft_map(support: Matrix, heights: Vector, masses: Vector, x: Tensor, epsilon: float) -> Tensor:
    """Mean of the codes with the normalised weights nu_i exp((<x, y_i> + h_i) / epsilon).

    For the cost c(x, y) = |x - y|^2 / 2 it is the barycentric projection of the plan that the
    semi-dual of entropic semi-discrete transport has at the potentials v_i = h_i + |y_i|^2 / 2
    (Genevay, Cuturi, Peyre and Bach 2016, arXiv 1605.08527, with the entropy relative to the
    product of the measures): exp((v_i - c(x, y_i)) / epsilon) nu_i is that weight up to a factor
    that depends only on x. For the cost |x - y|^2, epsilon is twice as large. The heights are those
    for epsilon = 0: the second marginal of the plan is nu only in the limit.

    Args:
        support: (N, d) codes y.
        heights: (N,) h.
        masses: (N,) nu.
        x: (m, d) source samples.
        epsilon: positive; in units of <x, y>.

    Returns:
        (m, d) float32, on the device of x.

    Raises:
        InputError: the shape is wrong, or epsilon is not positive and finite.
    """
    if x.ndim != 2 or x.shape[1] != support.shape[1]:
        raise InputError(f"x has shape {tuple(x.shape)}; the map takes (m, {support.shape[1]}).")
    if not (epsilon > 0 and math.isfinite(epsilon)):
        raise InputError(f"epsilon is {epsilon}; it must be positive and finite.")
    centre = bulk(support)[0]  # a term that all scores of a sample share cancels
    y = torch.from_numpy(support - centre).to(x.device)
    bias = torch.from_numpy(heights - heights.mean() + epsilon * np.log(masses)).to(x.device)
    parts = []
    for rows in x.split(max(1, _SCORES // len(support))):
        weights = torch.softmax((rows.double() @ y.T + bias) / epsilon, dim=1)
        parts.append((weights @ y + torch.from_numpy(centre).to(x.device)).float())
    return torch.cat(parts)
