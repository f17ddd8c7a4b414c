"""Draw the grid real | AE | AE-OT: a block of pictures for each, under its name."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, place, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="list_samples.py's list")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.samples import draw_blocks, read_blocks
    from aeot.curves.samples import COLUMNS
    from aeot.figure_settings import SamplesFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = SamplesFigure.from_items(args.set)
    blocks = read_blocks(load_rows(args.rows, *COLUMNS))
    save(draw_blocks(blocks, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
