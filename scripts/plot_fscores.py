"""Draw F8 against F1/8 of all models and of the draws of their hyper-parameters (Figure 14)."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="collect_fscores.py's")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.fscores import draw_fscores
    from aeot.curves.fscores import COLUMNS
    from aeot.figure_settings import FScoresFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = FScoresFigure.from_items(args.set)
    save(draw_fscores(load_rows(args.rows, *COLUMNS), settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
