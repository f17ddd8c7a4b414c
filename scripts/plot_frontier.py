"""Draw fidelity against novelty of the samplers of the frozen autoencoder's codes."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="collect_frontier.py's")
    arguments.add_argument("--dataset", required=True, metavar="NAME", help="whose rows")
    arguments.add_argument("--extractor", required=True, metavar="NAME", help="whose rows")
    arguments.add_argument("--title", required=True, help="shown above the axes")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.frontier import draw_frontier
    from aeot.curves.frontier import COLUMNS
    from aeot.figure_settings import FrontierFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = FrontierFigure.from_items(args.set)
    rows = load_rows(args.rows, *COLUMNS)
    figure = draw_frontier(rows, args.dataset, args.extractor, args.title, settings)
    save(figure, args.out_figure)


if __name__ == "__main__":
    cli.run(main)
