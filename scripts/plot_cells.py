"""Draw AE-OT's power cells with the singular zones shaded."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="of map_cells")
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.cells import draw_cells
    from aeot.figure_settings import CellsFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = CellsFigure.from_items(args.set)
    rows = load_rows(args.rows, "cell", "singular", "code_x", "code_y")
    save(draw_cells(rows, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
