"""Compute the kernel distance (unbiased squared MMD, cubic kernel) between two sets of features.

Uses every pair of rows. The result is the KID of the literature only for the features of the
extractor 'inception' (docs/metrics.md). Writes the rows `kernel_distance` and, from the
jackknife, its standard error `kernel_distance_se`.
"""

from aeot import cli
from aeot.metrics import pairs


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the rows."""
    arguments = cli.parser(__doc__)
    pairs.add_features(arguments)
    args = arguments.parse_args(argv)

    from aeot.files import save_rows
    from aeot.metrics.kid import kernel_rows

    save_rows(args.out_rows, kernel_rows(*pairs.load_pair(args)), pairs.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
