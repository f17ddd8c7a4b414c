"""Compute the Fréchet distance between two sets of features.

Uses every row of both files. The result is the FID of the literature only for the features of
the extractor 'inception' (docs/metrics.md). Writes one row, `frechet_distance`.
"""

from aeot import cli
from aeot.metrics import pairs


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the row."""
    arguments = cli.parser(__doc__)
    pairs.add_features(arguments)
    args = arguments.parse_args(argv)

    from aeot.files import save_rows
    from aeot.metrics.fid import frechet_rows

    save_rows(args.out_rows, frechet_rows(*pairs.load_pair(args)), pairs.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
