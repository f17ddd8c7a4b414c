"""Draw covered modes against training seconds."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="of collect_collapse")
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--mixture", required=True, help="whose rows are drawn")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.collapse import draw_collapse
    from aeot.figure_settings import CollapseFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = CollapseFigure.from_items(args.set)
    rows = load_rows(args.rows, "mixture", "row", "moment", "seconds", "metric", "value")
    rows = [row for row in rows if row["mixture"] == args.mixture]
    save(draw_collapse(rows, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
