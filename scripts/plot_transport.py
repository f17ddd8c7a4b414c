"""Draw the transport's held-out error against source samples, log-log."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--rows", required=True, metavar="FILE", help="collect_transport.py's rows"
    )
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.transport import draw_transport
    from aeot.curves.transport import COLUMNS
    from aeot.figure_settings import TransportFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = TransportFigure.from_items(args.set)
    rows = load_rows(args.rows, *COLUMNS)
    save(draw_transport(rows, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
