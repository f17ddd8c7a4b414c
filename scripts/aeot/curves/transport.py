"""The transport's held-out error along the solution, beside what chance alone would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from aeot.curves.base import Collection, Files
from aeot.errors import InputError
from aeot.files import Array, load_arrays, load_json, load_rows
from aeot.layout import join_files
from aeot.tables.spread import number
from aeot.transport.certificate import chance_error

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
        Rows of `COLUMNS`, one a look; `monte_carlo` is `chance_error` at that many samples, None
        where the transport is exact and took none.

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
                "monte_carlo": chance_error(solve.masses, samples) if samples else None,
                "tolerance": float(solve.report["tolerance"]),
                "converged": int(bool(solve.report["converged"])),
            })  # fmt: skip
    return rows


class Transports(Collection):
    """The transport's evaluations of its held-out error, with what chance alone would give.

    The path of a file (.../DATASET/transport/seedN/...) says which seed it is.
    """

    FILES: ClassVar[tuple[str, ...]] = ("histories", "reports", "transports")
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    def collect(self, files: Files) -> list[dict[str, Any]]:
        """See `Collection`."""
        joined = join_files(
            ("seed",),
            (files["histories"], LAYOUT + "history.csv"),
            (files["reports"], LAYOUT + "report.json"),
            (files["transports"], LAYOUT + "transport.npz"),
        )
        return transport_rows({
            seed: Solve(
                load_rows(history, *HISTORY),
                load_json(report),
                load_arrays(transport, "masses")["masses"],
            )
            for (seed,), (history, report, transport) in joined.items()
        })  # fmt: skip
