"""List images drawn from the same noise at the moments of trainings: a line a moment.

Takes one image file a model, from left to right, as NAME=FILE; all hold the same number of images
for every moment.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, count, choose, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, nargs="+", metavar="NAME=FILE", help="blocks")
    arguments.add_argument(
        "--looks", required=True, type=int, metavar="N", help="images in a file for every moment"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="the list, .csv")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.samples import COLUMNS, Grid, moment_sample_rows
    from aeot.layout import parse_pairs

    settings = Grid.from_items(args.set)
    images = parse_pairs(args.images, "--images")
    counts = {block: len(files.load_images(path)) for block, path in images.items()}
    rows = moment_sample_rows(images, counts, args.looks, settings.columns)
    files.save_rows(args.out_rows, rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
