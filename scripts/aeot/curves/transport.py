"""The transport's held-out error along the solution, beside what chance alone would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aeot.errors import InputError
from aeot.files import Array
from aeot.tables.spread import number

COLUMNS = [
    "seed", "source_samples", "mass_error", "mass_error_low", "mass_error_high", "monte_carlo",
    "tolerance", "converged",
]  # fmt: skip
HISTORY = ("source_samples", "mass_error", "mass_error_low", "mass_error_high")
LAYOUT = "{dataset}/transport/seed{seed}/"


@dataclass(frozen=True)
class Solve:
    """One solved transport: its looks (rows of `HISTORY`), report, and target masses (n,)."""

    history: Sequence[Mapping[str, str]]
    report: Mapping[str, Any]
    masses: Array


def transport_rows(solves: Mapping[str, Solve]) -> list[dict[str, Any]]:
    """Merge the seeds' looks at the held-out error, with the Monte-Carlo reference.

    Args:
        solves: seed -> its solve.

    Returns:
        Rows of `COLUMNS`, one a look; `monte_carlo` is `chance_error` at that many samples.

    Raises:
        InputError: a history is empty, or a report lacks its tolerance or flag.
    """
    rows: list[dict[str, Any]] = []
    for seed in sorted(solves, key=int):
        solve = solves[seed]
        if not solve.history:
            raise InputError(f"the transport history of seed {seed} has no rows; solve it anew.")
        missing = [key for key in ("tolerance", "converged") if key not in solve.report]
        if missing:
            raise InputError(f"the transport report of seed {seed} lacks {missing[0]!r}.")
        for look in solve.history:
            row = {name: number(look[name], f"{name} of seed {seed}") for name in HISTORY}
            samples = int(row["source_samples"])
            rows.append({
                "seed": seed, **row, "source_samples": samples,
                "monte_carlo": chance_error(solve.masses, samples),
                "tolerance": float(solve.report["tolerance"]),
                "converged": int(bool(solve.report["converged"])),
            })  # fmt: skip
    return rows


def chance_error(masses: Array, samples: int) -> float:
    """Mean relative error of masses counted from independent samples of an exact map.

    The count of cell i is binomial (M, p_i); its mean absolute deviation is, with
    k = floor(M p) + 1,
        E|X - M p| = 2 k C(M, k) p^k (1 - p)^(M - k + 1)
    (de Moivre; see Diaconis and Zabell, Statistical Science 6, 1991). Summed over the cells and
    divided by M this is the error sum_i p_i |w_i / p_i - 1| that a perfect transport would show.

    Args:
        masses: (n,) target masses p, positive, summing to one.
        samples: M, at least 1.

    Raises:
        InputError: a mass is not positive, or there are no samples.
    """
    from scipy.special import gammaln, xlog1py, xlogy

    p, cells = np.unique(np.asarray(masses, np.float64), return_counts=True)
    if not (p > 0).all() or samples < 1:
        raise InputError("the chance error takes positive masses and at least one sample.")
    p = np.minimum(p, 1.0)
    k = np.minimum(np.floor(samples * p) + 1, samples)
    log_choose = gammaln(samples + 1) - gammaln(k + 1) - gammaln(samples - k + 1)
    deviation = 2 * k * np.exp(log_choose + xlogy(k, p) + xlog1py(samples - k + 1, -p))
    return float((cells * deviation).sum() / samples)
