"""Score points against a mixture: covered modes, share of high quality, reverse KL, W2.

Takes any file of points: an .npz with `points` of shape (n, d), (trials, n, d) or (moments, trials,
n, d), or a .csv of numbers without a header. An empty `reverse_kl` means that no sample is of high
quality. With --training-points there is `reverse_kl_data`, too: the divergence from the histogram
of the points to which each trial was fitted (the `rows` of --points; all if it has none).
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
    arguments.add_argument(
        "--training-points",
        metavar="FILE",
        help="points to which the model was fitted, .npz or .csv",
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    cli.add_seed(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.metrics.collapse import COLUMNS, collapse_rows, seen_counts
    from aeot.mixtures.points import load_fitted_rows, load_points
    from aeot.registry import resolve

    mixture = resolve(MIXTURES, args.mixture, "mixture")()
    points = load_points(args.points, mixture.means.shape[1])
    seen = None
    if args.training_points:
        training = load_points(args.training_points, mixture.means.shape[1])[-1, -1]
        trials = points.shape[1]
        fitted = load_fitted_rows(args.points, trials, len(training))
        seen = seen_counts(training, fitted, trials, mixture)
    files.save_rows(args.out_rows, collapse_rows(points, mixture, args.seed, seen), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
