"""One map for each label: conditional transport from the same source."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from aeot.errors import InputError
from aeot.seeding import stream_seed
from aeot.transport.sampled import Sampler
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import Solution, as_numpy, solve


def solve_by_label(
    codes: Tensor | NDArray[Any],
    labels: Tensor | NDArray[Any],
    masses: Tensor | NDArray[Any] | None = None,
    settings: TransportSettings | None = None,
    seed: int = 0,
    device: torch.device | str = "cpu",
    source: Sampler | None = None,
) -> dict[Hashable, Solution]:
    """Solve one transport for the codes of each label, each with its own certificate.

    The cells of a label's map are numbered by the codes of that label: code
    `np.flatnonzero(labels == label)[i]` has cell i. Each certificate by itself has the confidence
    c of the settings; all K together have a confidence of at least 1 - K (1 - c).

    Args:
        codes: (N, d), as for `solve`.
        labels: (N,) whole numbers, booleans or strings.
        masses: (N,) positive weights; normalised within each label. None for equal ones.
        settings: settings of every solve.
        seed: decides every sample. A label's map depends on its codes, on the seed and on the
            label, not on the other labels.
        device: where the heights are compared.
        source: as for `solve`.

    Returns:
        The solutions by label, in the order of the labels, which are Python's int, bool or str.

    Raises:
        InputError: the labels or the masses do not match the codes, or a solve refuses them.
    """
    points, kinds = as_numpy(codes, "codes"), as_numpy(labels, "labels")
    count = len(points) if points.ndim else 0
    if kinds.shape != (count,) or kinds.dtype.kind not in "biuU":
        raise InputError(
            f"labels are {kinds.dtype} of shape {kinds.shape}; the {count} codes need ({count},) "
            "whole numbers, booleans or strings."
        )
    weights = None if masses is None else as_numpy(masses, "masses")
    if weights is not None and weights.shape != (count,):
        raise InputError(f"masses have shape {weights.shape}; the {count} codes need ({count},).")
    solved = {}
    for label in np.unique(kinds):
        own = kinds == label
        part = None if weights is None else weights[own]
        name = label.item()
        own_seed = stream_seed(seed, "label", str(name))
        solved[name] = solve(points[own], part, settings, own_seed, device, source=source)
    return solved
