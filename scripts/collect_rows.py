"""Collect the rows of a table or a figure from many files into one tidy CSV."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, gather, write."""
    from aeot.charts import FIGURES
    from aeot.curves import COLLECTIONS

    known = {**FIGURES, **COLLECTIONS}  # a figure may gather rows of its own
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--collection", required=True, metavar="NAME", help=f"one of: {', '.join(known)}"
    )
    arguments.add_argument(
        "--files", required=True, nargs="+", metavar="NAME=FILE",
        help="the files to collect; a name may occur several times",
    )  # fmt: skip
    arguments.add_argument(
        "--where", nargs="*", default=[], metavar="KEY=NAME",
        help="what the rows belong to: dataset, source, extractor, mixture, as far as it matters",
    )  # fmt: skip
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="all rows, .csv")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.errors import InputError
    from aeot.files import save_rows
    from aeot.layout import parse_lists, parse_pairs
    from aeot.registry import resolve

    collection = resolve(known, args.collection, "collection").from_items(args.set)
    files, where = parse_lists(args.files, "--files"), parse_pairs(args.where, "--where")
    if not collection.gathers():
        raise InputError(f"{args.collection} collects no rows; another script computes them.")
    collection.check(files)
    save_rows(args.out_rows, collection.collect(files, where), collection.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
