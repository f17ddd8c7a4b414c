"""List which images the grid real | AE | AE-OT shows, and where.

Takes one image file a block, from left to right, as NAME=FILE; `real` is the test images, any
other name a row of the tables. Of the blocks that --among names, only the one with the least
Fréchet distance is shown.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, count, choose, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, nargs="+", metavar="NAME=FILE", help="blocks")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="the list, .csv")
    arguments.add_argument(
        "--among", nargs="*", default=[], metavar="NAME", help="blocks of which the best is shown"
    )
    arguments.add_argument("--scores", metavar="FILE", help="all scores, .csv (with --among)")
    arguments.add_argument("--dataset", metavar="NAME", help="whose scores (with --among)")
    arguments.add_argument("--extractor", metavar="NAME", help="whose scores (with --among)")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.samples import COLUMNS, SCORES, Grid, best_model, sample_rows
    from aeot.layout import parse_pairs

    settings = Grid.from_items(args.set)
    images = parse_pairs(args.images, "--images")
    if args.among:
        if not (args.scores and args.dataset and args.extractor):
            arguments.error("--among needs --scores, --dataset and --extractor")
        scores = files.load_rows(args.scores, *SCORES)
        best = best_model(scores, args.dataset, args.extractor, args.among)
        images = {
            block: path
            for block, path in images.items()
            if block == best or block not in args.among
        }
    counts = {block: len(files.load_images(path)) for block, path in images.items()}
    rows = sample_rows(images, counts, settings.rows, settings.columns)
    files.save_rows(args.out_rows, rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
