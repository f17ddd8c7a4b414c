"""The transport's held-out error against source samples, compared with pure chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any, ClassVar

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import BLUE, GREEN, GREY, PURPLE, VERMILLION, label_log_axis, new_figure
from aeot.files import Array, grouped, load_arrays, load_json, load_rows
from aeot.layout import join_files
from aeot.tables.spread import number
from aeot.transport.certificate import chance_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame, Series

COLUMNS = [
    "seed", "source_samples", "mass_error", "mass_error_low", "mass_error_high", "monte_carlo",
    "tolerance", "converged",
]  # fmt: skip
HISTORY = ("source_samples", "mass_error", "mass_error_low", "mass_error_high")
LAYOUT = "{dataset}/transport/seed{seed}/"

_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE)


class TransportFigure(ChartSettings):
    """The transport's held-out mass error against source samples."""

    LABEL: ClassVar[str] = "convergence of the transport"
    CAPTION: ClassVar[str] = """
    {title}: the mean relative error of the masses of the transport's cells, against the number of
    source samples that the solver had drawn by then; both axes logarithmic. The error is measured
    on samples that the solver never uses, and the band is its confidence interval; {seeds} seed(s),
    one line each. The solver stops when the *upper* end of the interval is below the tolerance
    (dashed); a disc at the end marks that it did, a cross that the budget ran out first. Where the
    transport is computed exactly (codes on a line or in the unit square) no source samples are
    drawn, and the error is a horizontal line.

    Dotted: the error that the masses of an *exact* map would show if they were merely counted on as
    many samples. A solver that uses its samples well stays at a constant small factor above it.
    """
    SEEDS: ClassVar[bool] = True
    FILES = ("transport_histories", "transport_reports", "transports")
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Merge the evaluations of all seeds, with the error of an exact map by chance.

        The path of a file (.../DATASET/transport/seedN/...) identifies its seed.
        """
        joined = join_files(
            ("seed",),
            (files["transport_histories"], LAYOUT + "history.csv"),
            (files["transport_reports"], LAYOUT + "report.json"),
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

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw every seed's error with its confidence band, the tolerance, and pure chance.

        A transport that used no source samples is exact: its error is a level, not a curve.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the transport rows are empty; collect at least one history.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.set(xscale="log", yscale="log")
        axes.set_xlabel("Source samples drawn, millions")
        axes.set_ylabel("Mean relative error of the cells' masses")
        axes.set_title(title, loc="left")
        for colour, (_, own) in zip(cycle(_COLOURS), grouped(rows, "seed"), strict=False):
            last = own.iloc[-1]
            if last["source_samples"]:
                _solve(axes, own, last, colour)
            else:
                _level(axes, last, colour)
        _references(axes, rows)
        # A lower bound may be zero: the axis ends a decade below the tolerance.
        axes.set_ylim(bottom=rows["tolerance"].min() / 10)
        label_log_axis(axes.yaxis, scale=100, unit=" %")
        if rows["source_samples"].any():
            label_log_axis(axes.xaxis, scale=1e-6)
        else:
            axes.set_xlabel("Exact: no source samples drawn")
            axes.set_xticks([], minor=False)
            axes.set_xticks([], minor=True)
        figure.legend(loc="outside lower center", ncols=2)
        return figure


@dataclass(frozen=True)
class Solve:
    """One solved transport: its evaluations (rows of `HISTORY`), report, and target masses (n,)."""

    history: Sequence[Mapping[str, str]]
    report: Mapping[str, Any]
    masses: Array


def transport_rows(solves: Mapping[str, Solve]) -> list[dict[str, Any]]:
    """Merge the seeds' evaluations of the held-out error, with the Monte-Carlo reference.

    Args:
        solves: seed -> its solve.

    Returns:
        Rows of `COLUMNS`, one per evaluation; `monte_carlo` is `chance_error` for that number of
        samples, None if the transport is exact and used none.

    Raises:
        InputError: a history is empty, or a report has no tolerance or flag.
    """
    rows: list[dict[str, Any]] = []
    for seed in sorted(solves, key=int):
        solve = solves[seed]
        if not solve.history:
            raise InputError(f"the transport history of seed {seed} has no rows; solve it again.")
        missing = [key for key in ("tolerance", "converged") if key not in solve.report]
        if missing:
            raise InputError(f"the transport report of seed {seed} lacks {missing[0]!r}.")
        for entry in solve.history:
            row = {name: number(entry[name], f"{name} of seed {seed}") for name in HISTORY}
            samples = int(row["source_samples"])
            rows.append({
                "seed": seed, **row, "source_samples": samples,
                "monte_carlo": chance_error(solve.masses, samples) if samples else None,
                "tolerance": float(solve.report["tolerance"]),
                "converged": int(bool(solve.report["converged"])),
            })  # fmt: skip
    return rows


def _solve(axes: "Axes", rows: "DataFrame", last: "Series", colour: str) -> None:
    samples = rows["source_samples"]
    state = "converged" if last["converged"] else "not converged"
    axes.fill_between(samples, rows["mass_error_low"], rows["mass_error_high"], color=colour,
                      alpha=0.2, linewidth=0)  # fmt: skip
    axes.plot(samples, rows["mass_error"], color=colour, marker=".", markersize=4,
              label=f"seed {last['seed']:.0f}, held out ({state})")  # fmt: skip
    axes.plot(last["source_samples"], last["mass_error"], color=colour,
              marker="o" if last["converged"] else "X", markersize=7)  # fmt: skip


def _level(axes: "Axes", last: "Series", colour: str) -> None:
    axes.axhspan(last["mass_error_low"], last["mass_error_high"], color=colour, alpha=0.2,
                 linewidth=0)  # fmt: skip
    state = "exact" if last["converged"] else "exact, not converged"
    label = f"seed {last['seed']:.0f}, held out ({state})"
    axes.axhline(last["mass_error"], color=colour, label=label)


def _references(axes: "Axes", rows: "DataFrame") -> None:
    chance = rows[["source_samples", "monte_carlo"]].dropna().drop_duplicates()
    if len(chance):
        axes.plot(*chance.sort_values([*chance]).to_numpy().T, color=GREY, linestyle=":",
                  linewidth=1.2,
                  label="an exact map, masses counted on as many samples")  # fmt: skip
    for tolerance in sorted(rows["tolerance"].unique()):
        axes.axhline(tolerance, color="black", linestyle="--", linewidth=1,
                     label=f"tolerance {tolerance:.3g}")  # fmt: skip
