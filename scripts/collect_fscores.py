"""Take F8 and F1/8 of every model and of every draw of its hyper-parameters from the scores."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, take, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--scores", required=True, metavar="FILE", help="all scores, .csv")
    arguments.add_argument("--extractor", required=True, metavar="NAME", help="whose features")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="the F-scores, .csv")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.fscores import COLUMNS, SCORES, fscore_rows

    rows = fscore_rows(files.load_rows(args.scores, *SCORES), args.extractor)
    files.save_rows(args.out_rows, rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
