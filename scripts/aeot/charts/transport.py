"""The transport's held-out error against source samples."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from aeot.charts.base import ChartSettings, Rows
from aeot.curves.transport import COLUMNS
from aeot.errors import InputError
from aeot.figures import BLUE, GREEN, GREY, PURPLE, VERMILLION, label_log_axis, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE)


class TransportFigure(ChartSettings):
    """The transport's held-out mass error against source samples."""

    LABEL: ClassVar[str] = "convergence of the transport"
    CAPTION: ClassVar[str] = """
    {title}: the mean relative error of the masses of the transport's cells, against the number of
    source samples that the solver had drawn by then; both axes logarithmic. The error is measured
    on samples that the solver never uses, and the band is its confidence interval; {seeds} seed(s),
    a line each. The solver stops when the *upper* end of the interval is below the tolerance
    (dashed); a disc at the end says that it did, a cross that the budget ran out first. Where the
    transport is known exactly (codes on a line or in the unit square) no source samples are drawn,
    and the error is a level line.

    Dotted: the error that the masses of an *exact* map would show, were they merely counted on as
    many samples. A solver that uses its samples well runs at a constant small factor above it.
    """
    SEEDS: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    def draw(
        self, rows: Rows, title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw every seed's error with its confidence band, the tolerance, and chance alone.

        A transport that took no source samples is exact: its error is a level, not a curve.

        Raises:
            InputError: there are no rows.
        """
        if not rows:
            raise InputError("the transport rows are empty; collect at least one history.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.set(xscale="log", yscale="log")
        axes.set_xlabel("Source samples drawn, millions")
        axes.set_ylabel("Mean relative error of the cells' masses")
        axes.set_title(title, loc="left")
        seeds = list(dict.fromkeys(row["seed"] for row in rows))
        for place, seed in enumerate(seeds):
            own = [row for row in rows if row["seed"] == seed]
            colour = _COLOURS[place % len(_COLOURS)]
            if int(own[-1]["source_samples"]):
                _solve(axes, own, colour)
            else:
                _level(axes, own[-1], colour)
        _references(axes, rows)
        # A lower bound may be zero: the axis ends a decade under what was asked for.
        axes.set_ylim(bottom=min(float(row["tolerance"]) for row in rows) / 10)
        label_log_axis(axes.yaxis, scale=100, unit=" %")
        if any(int(row["source_samples"]) for row in rows):
            label_log_axis(axes.xaxis, scale=1e-6)
        else:
            axes.set_xlabel("Exact: no source samples drawn")
            axes.set_xticks([], minor=False)
            axes.set_xticks([], minor=True)
        figure.legend(loc="outside lower center", ncols=2)
        return figure


def _solve(axes: "Axes", rows: Rows, colour: str) -> None:
    samples = [int(row["source_samples"]) for row in rows]
    error, low, high = (
        [float(row[name]) for row in rows]
        for name in ("mass_error", "mass_error_low", "mass_error_high")
    )
    converged = rows[-1]["converged"] == "1"
    state = "converged" if converged else "not converged"
    axes.fill_between(samples, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.plot(samples, error, color=colour, marker=".", markersize=4,
              label=f"seed {rows[0]['seed']}, held out ({state})")  # fmt: skip
    axes.plot(
        samples[-1:], error[-1:], color=colour, marker="o" if converged else "X", markersize=7
    )


def _level(axes: "Axes", look: Mapping[str, str], colour: str) -> None:
    error, low, high = (
        float(look[name]) for name in ("mass_error", "mass_error_low", "mass_error_high")
    )
    axes.axhspan(low, high, color=colour, alpha=0.2, linewidth=0)
    state = "exact" if look["converged"] == "1" else "exact, not converged"
    axes.axhline(error, color=colour, label=f"seed {look['seed']}, held out ({state})")


def _references(axes: "Axes", rows: Rows) -> None:
    sampled = [row for row in rows if int(row["source_samples"])]
    chance = sorted({(int(row["source_samples"]), float(row["monte_carlo"])) for row in sampled})
    if chance:
        axes.plot(*zip(*chance, strict=True), color=GREY, linestyle=":", linewidth=1.2,
                  label="an exact map, masses counted on as many samples")  # fmt: skip
    for tolerance in sorted({row["tolerance"] for row in rows}, key=float):
        axes.axhline(float(tolerance), color="black", linestyle="--", linewidth=1,
                     label=f"tolerance {float(tolerance):.3g}")  # fmt: skip
