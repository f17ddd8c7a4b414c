"""Compute precision and recall of a distribution (PRD) between two sets of features.

Both sets are cut to the size of the smaller one by the seed; the rows state the size used. Writes
the rows `f8` (recall weighs more) and `f1_8` (precision weighs more) and the whole curve.
"""

from aeot import cli
from aeot.metrics import pairs


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the rows and the curve."""
    arguments = cli.parser(__doc__)
    pairs.add_features(arguments)
    arguments.add_argument(
        "--out-curve",
        required=True,
        metavar="FILE",
        help="the curve (.csv: angle,precision,recall)",
    )
    cli.add_seed(arguments)
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.files import save_rows
    from aeot.metrics.prd import CURVE_COLUMNS, PrdSettings, curve_rows, prd_curve

    settings = PrdSettings.from_items(args.set)
    curve, n = prd_curve(*pairs.load_pair(args), args.seed, settings)
    columns = (column.tolist() for column in curve)
    points = [dict(zip(CURVE_COLUMNS, point, strict=True)) for point in zip(*columns, strict=True)]
    save_rows(args.out_curve, points, CURVE_COLUMNS)
    save_rows(args.out_rows, curve_rows(curve, n), pairs.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
