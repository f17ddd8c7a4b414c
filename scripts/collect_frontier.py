"""Gather the scores of all curves of the frontier into one tidy table.

Data set, curve, seed and extractor are read from the path of each file:
.../DATASET/frontier/CURVE/seedN/EXTRACTOR/frontier.csv.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, gather, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, nargs="+", metavar="FILE", help="frontier.csv")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="all of them, .csv")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.frontier import COLUMNS, frontier_records

    files.save_rows(args.out_rows, frontier_records(args.rows), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
