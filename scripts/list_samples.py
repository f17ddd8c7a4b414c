"""List which images the grid real | AE | AE-OT shows, and where.

Takes one image file a block, from left to right, as NAME=FILE; `real` is the test images, any
other name a row of the tables.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, count, choose, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, nargs="+", metavar="NAME=FILE", help="blocks")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="the list, .csv")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.samples import COLUMNS, sample_rows
    from aeot.figure_settings import SamplesFigure
    from aeot.layout import parse_pairs

    settings = SamplesFigure.from_items(args.set)
    images = parse_pairs(args.images, "--images")
    counts = {block: len(files.load_images(path)) for block, path in images.items()}
    rows = sample_rows(images, counts, settings.rows, settings.columns)
    files.save_rows(args.out_rows, rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
