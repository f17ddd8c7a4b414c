"""Gather the rows of a table or a figure from many files into one tidy CSV."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, gather, write."""
    from aeot.curves import COLLECTIONS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--collection", required=True, metavar="NAME", help=f"one of: {', '.join(COLLECTIONS)}"
    )
    arguments.add_argument(
        "--files", required=True, nargs="+", metavar="NAME=FILE",
        help="what is gathered; a name may come many times",
    )  # fmt: skip
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="all of it, .csv")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.files import save_rows
    from aeot.layout import parse_lists
    from aeot.registry import resolve

    collection = resolve(COLLECTIONS, args.collection, "collection").from_items(args.set)
    files = parse_lists(args.files, "--files")
    collection.check(files)
    save_rows(args.out_rows, collection.collect(files), collection.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
