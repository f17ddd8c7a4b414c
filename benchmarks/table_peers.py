"""Write the table of a benchmark's rows: seconds to the tolerance of every solver."""

import argparse
import math
from pathlib import Path

from aeot import files
from aeot.tables.render import Block, Table, markdown
from benchmarks.held_out import TOLERANCE
from benchmarks.transport_peers import COLUMNS, seconds_to

HEADER = ["solver", "settings", "seconds to 5 %", "times ours", "last point", "efficiency"]
NAMES = {"ours": "aeot", "adam": "the paper's Adam", "pot": "POT 0.9.7", "ott": "OTT-JAX 0.6.0"}
Rows = list[dict[str, str]]


def main(argv: list[str] | None = None) -> None:
    """Parse, gather, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table_peers", description=__doc__)
    parser.add_argument("--rows", required=True, metavar="FILE", help="of transport_peers, .csv")
    parser.add_argument("--device", required=True, help="what it ran on, for the title")
    parser.add_argument("--out-table", required=True, metavar="FILE", help=".md")
    args = parser.parse_args(argv)
    table = build(files.load_rows(args.rows, *COLUMNS), args.device)
    with files.atomic(args.out_table) as temporary:
        Path(temporary).write_text(markdown(table), encoding="utf-8")


def build(rows: Rows, device: str) -> Table:
    """Summarise the rows of every run, with one block per problem.

    Args:
        rows: those of `benchmarks.transport_peers`.
        device: what it ran on.
    """
    blocks = []
    for problem in dict.fromkeys(row["problem"] for row in rows):
        own = [row for row in rows if row["problem"] == problem]
        first = own[0]
        heading = f"{problem}: N = {int(first['count']):,}, d = {first['dimension']}"
        ours = [row for row in own if row["solver"] == "ours"]
        best = min(seconds_to(ours, name) for name in {row["variant"] for row in ours})
        runs = dict.fromkeys((row["solver"], row["variant"], row["seed"]) for row in own)
        lines = [_line([row for row in own if _run(row) == run], best) for run in runs]
        blocks.append(Block(heading, HEADER, lines))
    notes = [
        f"Seconds at which the held-out mean relative mass error falls to {100 * TOLERANCE:g} % "
        "and stays; one process, one run after the other; the held-out sample is the same for all "
        "solvers of a problem, and measuring on it is not timed (our own evaluations are).",
        "The last point: error, and seconds of the budget. Efficiency: root mean square error over "
        "sqrt(N / n) after n samples; 1 is what counting n independent samples of an exact map "
        "would show.",
    ]
    return Table(f"Semi-discrete solvers, {first['threads']} threads, {device}", blocks, notes)


def _run(row: dict[str, str]) -> tuple[str, str, str]:
    return row["solver"], row["variant"], row["seed"]


def _line(run: Rows, ours: float) -> list[str]:
    last = run[-1]
    seconds = seconds_to(run, last["variant"])
    spent = float(last["seconds"])
    reached = math.isfinite(seconds)
    ratio = (seconds if reached else spent) / ours
    efficiency = float(last["efficiency"])
    settings = last["variant"].strip("{}").replace('"', "") or "none"
    return [
        NAMES[last["solver"]],
        settings,
        _digits(seconds) if reached else "not reached",
        f"{'' if reached else 'over '}{ratio:.3g}",
        f"{100 * float(last['mass_error']):.1f} % at {_digits(spent)} s",
        "exact" if math.isnan(efficiency) else f"{efficiency:.2f}",
    ]


def _digits(seconds: float) -> str:
    """Three digits, or all of them before the point."""
    return f"{seconds:.3g}" if seconds < 1000 else f"{seconds:,.0f}"


if __name__ == "__main__":
    main()
