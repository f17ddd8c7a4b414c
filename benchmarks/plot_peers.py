"""Draw a benchmark's rows: held-out error against seconds, one panel per problem."""

import argparse
from typing import TYPE_CHECKING

from aeot import files
from aeot.figures import BLUE, GREEN, ORANGE, VERMILLION, label_log_axis, new_figure, save
from benchmarks.held_out import TOLERANCE
from benchmarks.table_peers import NAMES, Rows
from benchmarks.transport_peers import COLUMNS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {"ours": VERMILLION, "adam": BLUE, "pot": GREEN, "ott": ORANGE}


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plot_peers", description=__doc__)
    parser.add_argument("--rows", required=True, metavar="FILE", help="of transport_peers, .csv")
    parser.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    args = parser.parse_args(argv)
    save(draw(files.load_rows(args.rows, *COLUMNS)), args.out_figure)


def draw(rows: Rows) -> "Figure":
    """Draw every run as a line; all settings of a solver have the same colour."""
    problems = list(dict.fromkeys(row["problem"] for row in rows))
    columns = min(2, len(problems))
    lines = -(-len(problems) // columns)
    figure = new_figure(4.2 * columns, 3.1 * lines + 0.4, 160, "constrained")
    panels = figure.subplots(lines, columns, squeeze=False).flat
    for axes, problem in zip(panels, problems, strict=False):
        _panel(axes, [row for row in rows if row["problem"] == problem])
    for axes in list(panels)[len(problems) :]:
        axes.set_axis_off()
    shown = {row["solver"]: None for row in rows}
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=COLOURS[name], label=NAMES[name]) for name in shown]
    figure.legend(handles=handles, loc="outside lower center", ncols=2 * columns)
    return figure


def _panel(axes: "Axes", rows: Rows) -> None:
    first = rows[0]
    for solver, variant in dict.fromkeys((row["solver"], row["variant"]) for row in rows):
        own = [row for row in rows if (row["solver"], row["variant"]) == (solver, variant)]
        # An evaluation without any error cannot be shown on a logarithmic axis.
        path = [(float(r["seconds"]), max(float(r["mass_error"]), 1e-3)) for r in own]
        ours = solver == "ours"
        axes.plot(*zip(*path, strict=True), color=COLOURS[solver], marker="o" if ours else ".",
                  markersize=4 if ours else 2, linewidth=1.8 if ours else 0.9,
                  zorder=3 if ours else 2)  # fmt: skip
    axes.axhline(TOLERANCE, color="black", linestyle="--", linewidth=1)
    axes.set(xscale="log", yscale="log", xlabel="Seconds", ylabel="Mass error, held out")
    axes.set_title(
        f"{first['problem']}: N = {int(first['count']):,}, d = {first['dimension']}", loc="left"
    )
    label_log_axis(axes.yaxis, scale=100, unit=" %")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")


if __name__ == "__main__":
    main()
