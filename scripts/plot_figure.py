"""Draw a figure from tidy rows, which contain all its numbers."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    from aeot.charts import FIGURES

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--figure", required=True, metavar="NAME", help=f"one of: {', '.join(FIGURES)}"
    )
    arguments.add_argument("--rows", required=True, metavar="FILE", help="rows to draw, .csv")
    arguments.add_argument("--title", default="", help="title shown above, if the figure has one")
    arguments.add_argument(
        "--where", nargs="*", default=[], metavar="KEY=NAME",
        help="which rows to draw: dataset, extractor, mixture, if the rows contain several",
    )  # fmt: skip
    arguments.add_argument(
        "--files",
        nargs="*",
        default=[],
        metavar="NAME=FILE",
        help="further files that a figure needs",
    )
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.figures import save
    from aeot.files import load_frame
    from aeot.layout import parse_pairs
    from aeot.registry import resolve

    figure = resolve(FIGURES, args.figure, "figure").from_items(args.set)
    rows = load_frame(args.rows, *figure.COLUMNS)
    where, files = parse_pairs(args.where, "--where"), parse_pairs(args.files, "--files")
    save(figure.draw(rows, args.title, where, files), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
