"""Fetch a data set's raw files, verify their contents, and list them.

Without --root the files are downloaded (for Fashion-MNIST, Debian's package
dataset-fashion-mnist is used if it is installed). With --root they are copied from that folder;
large archives stay there and the list points to them.
"""

from pathlib import Path

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Read the command line, fetch, write the list."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--source", required=True, metavar="NAME", help="the data set")
    arguments.add_argument(
        "--root", metavar="DIR", help="a folder with the files, to be used instead of a download"
    )
    arguments.add_argument(
        "--out-folder", required=True, metavar="DIR", help="where raw files are kept"
    )
    arguments.add_argument(
        "--out-list", required=True, metavar="FILE", help="the list of raw files (files.json)"
    )
    args = arguments.parse_args(argv)

    from aeot.datasets import DATASETS
    from aeot.datasets.raw import save_list
    from aeot.registry import resolve

    dataset = resolve(DATASETS, args.source, "data set")
    folder = Path(args.out_folder)
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(args.root).expanduser() if args.root else None
    save_list(Path(args.out_list), args.source, dataset.fetch(root, folder))


if __name__ == "__main__":
    cli.run(main)
