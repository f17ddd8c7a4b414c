"""Gather the scores of all moments of all trainings into one tidy table.

Data set, model, seed and extractor are read from the path of each file:
.../DATASET/MODEL/seedN/EXTRACTOR/moments.csv.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, gather, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, nargs="+", metavar="FILE", help="moments.csv")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="all of them, .csv")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.progress import COLUMNS, progress_records

    files.save_rows(args.out_rows, progress_records(args.rows), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
