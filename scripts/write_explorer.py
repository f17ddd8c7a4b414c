"""Write the page with the tables, samples and plots of a run: one file, to open in a browser."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, read, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--files", nargs="*", default=[], metavar="NAME=FILE",
        help="tables, rows and pictures of the run; a name may occur several times",
    )  # fmt: skip
    arguments.add_argument("--out-page", required=True, metavar="FILE", help="the page, .html")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.explorer.page import Explorer
    from aeot.layout import parse_lists
    from aeot.tables.render import write

    page = Explorer.from_items(args.set).build(parse_lists(args.files, "--files"))
    write(args.out_page, page)


if __name__ == "__main__":
    cli.run(main)
