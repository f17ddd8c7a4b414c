"""Gather the scores of models of points into one tidy table, with steps and training seconds."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, gather, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--scores", nargs="+", required=True, metavar="FILE", help=".csv")
    arguments.add_argument("--histories", nargs="+", required=True, metavar="FILE", help=".csv")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="all of them, .csv")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.collapse import COLUMNS, collapse_records

    files.save_rows(args.out_rows, collapse_records(args.scores, args.histories), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
