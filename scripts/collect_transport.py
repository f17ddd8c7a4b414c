"""Merge the transport's looks at its held-out error over all seeds.

Adds what chance alone would give at each number of source samples. The path of a file
(.../DATASET/transport/seedN/...) says which seed it is; every seed needs all three files.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, merge, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--histories", required=True, nargs="+", metavar="FILE", help="history.csv"
    )
    arguments.add_argument(
        "--reports", required=True, nargs="+", metavar="FILE", help="report.json"
    )
    arguments.add_argument(
        "--transports",
        required=True,
        nargs="+",
        metavar="FILE",
        help="transport.npz, for its masses",
    )
    arguments.add_argument(
        "--out-rows", required=True, metavar="FILE", help="the merged rows, .csv"
    )
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.transport import COLUMNS, HISTORY, LAYOUT, Solve, transport_rows
    from aeot.layout import join_files

    joined = join_files(
        ("seed",),
        (args.histories, LAYOUT + "history.csv"),
        (args.reports, LAYOUT + "report.json"),
        (args.transports, LAYOUT + "transport.npz"),
    )
    solves = {
        seed: Solve(
            files.load_rows(history, *HISTORY),
            files.load_json(report),
            files.load_arrays(transport, "masses")["masses"],
        )
        for (seed,), (history, report, transport) in joined.items()
    }
    files.save_rows(args.out_rows, transport_rows(solves), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
