"""Merge the training histories of all seeds with the freeze and the published losses.

The path of a history (.../DATASET/autoencoder/seedN/history.csv) says which seed it is.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, merge, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--histories", required=True, nargs="+", metavar="FILE", help="history.csv"
    )
    arguments.add_argument(
        "--published", required=True, metavar="FILE", help="printed numbers, .csv"
    )
    arguments.add_argument("--source", required=True, metavar="NAME", help="the data set's source")
    arguments.add_argument(
        "--out-rows", required=True, metavar="FILE", help="the merged rows, .csv"
    )
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.training import COLUMNS, HISTORY, LAYOUT, training_rows
    from aeot.layout import join_files
    from aeot.tables.published import PublishedNumbers

    joined = join_files(("seed",), (args.histories, LAYOUT))
    histories = {seed: files.load_rows(path, *HISTORY) for (seed,), (path,) in joined.items()}
    published = PublishedNumbers.load(args.published)
    files.save_rows(args.out_rows, training_rows(histories, args.source, published), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
