"""Draw the scatter plots: real points and those of every model."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="of list_points")
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.scatter import draw_scatter
    from aeot.curves.scatter import COLUMNS
    from aeot.figure_settings import ScatterFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = ScatterFigure.from_items(args.set)
    rows = load_rows(args.rows, *COLUMNS)
    save(draw_scatter(rows, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
