"""Gather score files into one tidy table.

Dataset, model, seed and extractor are read from the path of each file:
.../DATASET/MODEL/seedN/EXTRACTOR/METRIC.csv. A dataset's source is its own name, unless
--sources says otherwise.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the table."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--rows", required=True, nargs="+", metavar="FILE", help="score files (.csv)"
    )
    arguments.add_argument(
        "--sources",
        nargs="*",
        default=[],
        metavar="DATASET=SOURCE",
        help="datasets whose source has another name",
    )
    arguments.add_argument(
        "--reports",
        nargs="*",
        default=[],
        metavar="FILE",
        help="report.json of trainings that may have diverged: their scores are all 31337",
    )
    arguments.add_argument("--out-scores", required=True, metavar="FILE", help="table (.csv)")
    args = arguments.parse_args(argv)

    from aeot.files import save_rows
    from aeot.layout import parse_pairs
    from aeot.metrics.scores import SCORE_COLUMNS, collect, failed_runs

    sources, failed = parse_pairs(args.sources, "--sources"), failed_runs(args.reports)
    records = collect(args.rows, sources, failed)
    save_rows(args.out_scores, records, SCORE_COLUMNS)


if __name__ == "__main__":
    cli.run(main)
