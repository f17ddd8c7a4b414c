"""Score the images of a method as a search scores those of a training: one row per score.

The method is treated as a draw without hyper-parameters, so that it can be shown beside the draws
of the models that are searched.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, score, write."""
    from aeot.search.command import add_scoring, make_scorer

    arguments = cli.parser(__doc__)
    arguments.add_argument("--samples", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--reports", required=True, nargs="+", metavar="FILE", help=".json")
    arguments.add_argument("--range", metavar="FILE", help="of invert_generator.py, .npz")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    add_scoring(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.curves.progress import moments_of
    from aeot.metrics.base import load_set
    from aeot.search.rows import COLUMNS, reference_rows

    found = {"range": load_set("range", args.range)} if args.range else {}
    seconds = moments_of({path: files.load_json(path) for path in args.reports})[-1]["seconds"]
    images = files.load_images(args.samples)[: args.count]
    scores = make_scorer(args, select(args.device, args.threads), **found)(images, args.seed)
    files.save_rows(args.out_rows, reference_rows(scores, seconds), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
