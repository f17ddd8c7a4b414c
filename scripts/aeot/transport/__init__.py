"""Semi-discrete optimal transport from a simple source to weighted points.

    from aeot.transport import TransportSettings, solve

    solution = solve(codes)                       # (N, d), as an array or a tensor
    solution.map(x)                               # source samples to codes
    solution.sample(100, generator)               # codes
    solution.pairs(256, generator)                # source samples and the indices of their codes
    solution.report["converged"], solution.report["mass_error_high"]

Notation, as in the paper: x is a source sample; p_i (here y_i) are the N points of the target in d
dimensions, and nu_i their masses; h_i are the heights; u_h(x) = max_i <x, p_i> + h_i is the Brenier
potential; W_i is the power cell, where plane i is the highest, and w_i its source mass.
docs/transport.md derives the method.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aeot.transport.labels import solve_by_label
    from aeot.transport.map import TransportMap
    from aeot.transport.pairs import PairsDataset
    from aeot.transport.settings import TransportSettings
    from aeot.transport.solver import Solution, solve

__all__ = [
    "PairsDataset",
    "Solution",
    "TransportMap",
    "TransportSettings",
    "solve",
    "solve_by_label",
]

_HOMES = {
    "PairsDataset": "pairs",
    "Solution": "solver",
    "solve": "solver",
    "solve_by_label": "labels",
    "TransportMap": "map",
    "TransportSettings": "settings",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a name when it is first used: plotting a solution needs no solver and no torch."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
