"""Compute the mean sharpness of images: the variance of their Laplacian. Writes one row."""

from aeot import cli
from aeot.metrics import pairs


def main(argv: list[str] | None = None) -> None:
    """Parse, compute, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--count", type=int, metavar="N", help="the first N only (default: all)")
    arguments.add_argument(
        "--out-rows",
        required=True,
        metavar="FILE",
        help=f"scores (.csv: {','.join(pairs.COLUMNS)})",
    )
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.metrics.sharpness import sharpness_rows

    images = files.load_images(args.images)[: args.count]
    files.save_rows(args.out_rows, sharpness_rows(images), pairs.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
