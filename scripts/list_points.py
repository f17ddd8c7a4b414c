"""List the points that the scatter plots show."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, list, write."""
    from aeot.mixtures import MIXTURES

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--points", nargs="+", required=True, metavar="NAME=FILE",
        help="files of points by row name; 'real' are the training points",
    )  # fmt: skip
    arguments.add_argument(
        "--mixture", required=True, metavar="NAME", help=f"one of: {', '.join(MIXTURES)}"
    )
    arguments.add_argument("--count", type=int, default=2500, help="points of each (default: 2500)")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.scatter import COLUMNS, scatter_rows
    from aeot.layout import parse_pairs
    from aeot.registry import resolve

    dimension = resolve(MIXTURES, args.mixture, "mixture")().means.shape[1]
    pairs = parse_pairs(args.points, "--points")
    files.save_rows(args.out_rows, scatter_rows(pairs, dimension, args.count), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
