"""Average the precision-recall curves of all models over their seeds.

The path of a file (.../DATASET/MODEL/seedN/EXTRACTOR/prd_curve.csv and prd.csv beside it) says
which model and seed it is.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, average, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--curves", required=True, nargs="+", metavar="FILE", help="prd_curve.csv"
    )
    arguments.add_argument("--scores", required=True, nargs="+", metavar="FILE", help="prd.csv")
    arguments.add_argument(
        "--out-rows", required=True, metavar="FILE", help="the mean curves, .csv"
    )
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.prd import (
        COLUMNS,
        CURVE,
        CURVE_LAYOUT,
        SCORES,
        SCORES_LAYOUT,
        Scored,
        prd_rows,
    )
    from aeot.layout import join_files

    joined = join_files(
        ("model", "seed"), (args.curves, CURVE_LAYOUT), (args.scores, SCORES_LAYOUT)
    )
    runs = [
        Scored(model, files.load_rows(curve, *CURVE), files.load_rows(scores, *SCORES))
        for (model, _), (curve, scores) in joined.items()
    ]
    files.save_rows(args.out_rows, prd_rows(runs), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
