"""The benchmark of transport solvers: seconds to an error, and the best runs."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aeot.files import grouped

if TYPE_CHECKING:
    import pandas as pd

TOLERANCE = 0.05  # mean relative mass error to which the seconds of the benchmark refer


def seconds_to(
    rows: Sequence[Mapping[Any, Any]], variant: str, tolerance: float = TOLERANCE
) -> float:
    """Seconds after which the error of a run stays below the tolerance; inf if it does not.

    Between two points, the error is interpolated as a power of the seconds.

    Args:
        rows: with `variant`, `seconds` and `mass_error`, in the order of time.
        variant: variant whose rows are used.
        tolerance: mean relative mass error.
    """
    path = [(float(row["seconds"]), max(float(row["mass_error"]), 1e-9))
            for row in rows if row["variant"] == variant]  # fmt: skip
    if not path or path[-1][1] > tolerance:
        return math.inf
    reached = path[-1][0]
    for (before, above), (after, below) in reversed(list(zip(path, path[1:], strict=False))):
        if above > tolerance:
            share = math.log(above / tolerance) / math.log(above / below)
            return before * (after / before) ** share
        reached = before
    return reached


def best_runs(rows: "pd.DataFrame") -> "pd.DataFrame":
    """Select the best run of every solver on every problem.

    The best run has the smallest `seconds_to` or, if no run reaches the tolerance, the smallest
    final error.

    Args:
        rows: those of `benchmarks.transport_peers`.

    Returns:
        One row per problem and solver: `count`, `dimension`, `settings`, `reached` (seconds to the
        tolerance, NaN if it is not reached), `ratio` (to ours; for runs that do not reach it, of
        their total time, a lower bound), `runs`, and `mass_error`, `seconds` and `efficiency` of
        the last point.
    """
    import pandas as pd  # not above: `make gpu` uses `seconds_to` without pandas

    found = []
    for (problem, solver, variant), run in grouped(rows, ["problem", "solver", "variant"]):
        last = run.iloc[-1]
        found.append({
            "problem": problem, "solver": solver, "settings": _settings(variant),
            "reached": seconds_to(run.to_dict("records"), variant),
            **{name: last[name] for name in ("count", "dimension", "mass_error", "seconds",
                                             "efficiency")},
        })  # fmt: skip
    runs = pd.DataFrame(found)
    runs["runs"] = runs.groupby(["problem", "solver"])["settings"].transform("size")
    best = runs.sort_values(["reached", "mass_error"], kind="stable")
    best = best.groupby(["problem", "solver"], sort=False).head(1).sort_index()
    ours = best[best["solver"] == "ours"].set_index("problem")["reached"]
    spent = best["reached"].where(best["reached"] < math.inf, best["seconds"])
    return best.assign(
        ratio=spent / best["problem"].map(ours),
        reached=best["reached"].replace(math.inf, math.nan),
    ).reset_index(drop=True)


def _settings(variant: str) -> str:
    return variant.strip("{}").replace('"', "") or "none"
