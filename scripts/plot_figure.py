"""Draw a figure of tidy rows; all its numbers are in them."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    from aeot.charts import FIGURES

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--figure", required=True, metavar="NAME", help=f"one of: {', '.join(FIGURES)}"
    )
    arguments.add_argument("--rows", required=True, metavar="FILE", help="what is drawn, .csv")
    arguments.add_argument("--title", default="", help="shown above, where a figure has a title")
    arguments.add_argument(
        "--where", nargs="*", default=[], metavar="KEY=NAME",
        help="whose rows are drawn: dataset, extractor, mixture, where the rows have others too",
    )  # fmt: skip
    arguments.add_argument(
        "--files", nargs="*", default=[], metavar="NAME=FILE", help="what a figure needs beside"
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
