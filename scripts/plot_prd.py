"""Draw precision against recall of all models, F8 and F1/8 in the legend."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="collect_prd.py's rows")
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.prd import draw_prd
    from aeot.curves.prd import COLUMNS
    from aeot.figure_settings import PrdFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = PrdFigure.from_items(args.set)
    rows = load_rows(args.rows, *COLUMNS)
    save(draw_prd(rows, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
