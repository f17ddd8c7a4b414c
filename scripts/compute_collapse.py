"""Score points against a mixture: covered modes, share of high quality, reverse KL, W2.

Takes any file of points: an .npz with `points` of shape (n, d), (trials, n, d) or (moments, trials,
n, d), or a .csv of numbers without a header. An empty reverse KL means that no sample is of high
quality.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, score, write."""
    from aeot.mixtures import MIXTURES

    arguments = cli.parser(__doc__)
    arguments.add_argument("--points", required=True, metavar="FILE", help=".npz or .csv")
    arguments.add_argument(
        "--mixture", required=True, metavar="NAME", help=f"one of: {', '.join(MIXTURES)}"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    cli.add_seed(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.metrics.collapse import COLUMNS, collapse_rows
    from aeot.mixtures.points import load_points
    from aeot.registry import resolve

    mixture = resolve(MIXTURES, args.mixture, "mixture")()
    points = load_points(args.points, mixture.means.shape[1])
    files.save_rows(args.out_rows, collapse_rows(points, mixture, args.seed), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
