"""Couplings of flow matching: the training point with which each noise sample is paired.

All of them take noise (K, T, n, d), N(0, I), and rows (K, T, n) of randomly drawn points, for K
steps and T trials, and return rows. The noise is never changed, so its distribution remains
Gaussian. All points appear equally often: exactly, in expectation, for the first two couplings, and
up to the certified mass error for the others.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from aeot.seeding import stream_seed
from aeot.transport.map import TransportMap
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import solve

Coupling = Callable[[Tensor, Tensor], Tensor]

MAPPED = ("semidiscrete", "shuffled")


def solved(data: Tensor, tolerance: float, seed: int) -> tuple[TransportMap, dict[str, Any]]:
    """Solve the semi-discrete transport from N(0, I) to the points.

    Args:
        data: (N, d) float32 points, all of the same mass.
        tolerance: see `TransportSettings`.
        seed: of the fit.

    Returns:
        The map, and the solver's report.
    """
    wanted = TransportSettings(source="gaussian", tolerance=tolerance)
    found = solve(data, None, wanted, stream_seed(seed, "coupling"), data.device)
    return found.transport, found.report


def coupling_of(name: str, data: Tensor, transport: TransportMap | None) -> Coupling:
    """Return a coupling by the name of `Settings.coupling`.

    Args:
        name: of `MAPPED` if and only if `transport` is given.
        data: (N, d) float32 points.
        transport: the semi-discrete map to them.
    """
    if transport is not None:
        return partial({"semidiscrete": mapped, "shuffled": shuffled}[name], transport)
    return partial(assigned, data) if name == "minibatch" else independent


def independent(noise: Tensor, rows: Tensor) -> Tensor:
    """Keep the rows, which were drawn independently of the noise."""
    return rows


def assigned(data: Tensor, noise: Tensor, rows: Tensor) -> Tensor:
    """Permute the rows of a batch to minimise the sum of |x_1 - x_0|^2 over its pairs.

    Minibatch optimal transport (Pooladian et al. 2023, arXiv 2304.14772; Tong et al. 2024, arXiv
    2302.00482). For equal masses an optimal plan is a permutation, found exactly (Jonker and
    Volgenant's algorithm, in SciPy).
    """
    found = torch.empty_like(rows)
    for step, trial in np.ndindex(*rows.shape[:2]):
        x, own = noise[step, trial], rows[step, trial]
        products = (x @ data[own].T).cpu().numpy()
        order = linear_sum_assignment(products, maximize=True)[1]
        found[step, trial] = own[torch.from_numpy(order).to(own.device)]
    return found


def mapped(transport: TransportMap, noise: Tensor, rows: Tensor) -> Tensor:
    """Pair each noise sample with the point in whose power cell it lies.

    The semi-discrete coupling (Mousavi-Hosseini et al. 2025, arXiv 2509.25519; Kong et al. 2025,
    arXiv 2510.15038): the optimal coupling of the noise with the whole training set.
    """
    return transport.cells(noise.flatten(0, 2)).reshape(rows.shape)


def shuffled(transport: TransportMap, noise: Tensor, rows: Tensor) -> Tensor:
    """Pair each noise sample with the point of the previous sample in the batch.

    This is a control: it costs as much as `mapped` and uses the same points, but pairs are
    independent.
    """
    return mapped(transport, noise, rows).roll(1, dims=-1)
