"""Prepare a data set: two files of images, train and test, subsampled and shuffled with a seed.

Each file contains `images`, uint8 (n, c, h, w), and, if there are any, `labels`, int64:
classes (n,), or attributes (n, K) of 0 and 1.
The first images of a file are a random sample of it. Either both files are written, or neither.
"""

from pathlib import Path

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Read the command line, prepare, write both files."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--source", required=True, metavar="NAME", help="the data set")
    arguments.add_argument(
        "--raw", metavar="DIR", help="the folder that fetch_dataset.py filled, if there is one"
    )
    cli.add_settings(arguments)
    arguments.add_argument("--out-train", required=True, metavar="FILE", help="train.npz")
    arguments.add_argument("--out-test", required=True, metavar="FILE", help="test.npz")
    args = arguments.parse_args(argv)

    from aeot.datasets import DATASETS
    from aeot.datasets.base import save_splits, with_validation
    from aeot.registry import resolve

    dataset = resolve(DATASETS, args.source, "data set")
    settings = dataset.Settings.from_items(args.set)
    train, test = dataset(settings).splits(Path(args.raw) if args.raw else None)
    train, test = with_validation(train, test, settings.validation_count)
    save_splits(train, test, Path(args.out_train), Path(args.out_test))


if __name__ == "__main__":
    cli.run(main)
