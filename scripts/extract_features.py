"""Compute the features of images with a pretrained network.

Reads `images` (n, c, h, w) uint8 from --images and writes `features` (n, k) float32, rows in the
same order. Every metric starts from two such files of the same extractor.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the features."""
    from aeot.features import EXTRACTORS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument("--images", required=True, metavar="FILE", help="images (.npz)")
    arguments.add_argument(
        "--count", type=int, metavar="N", help="use at most the first N images (default: all)"
    )
    arguments.add_argument("--out-features", required=True, metavar="FILE", help="features (.npz)")
    cli.add_settings(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot.errors import InputError
    from aeot.files import load_images, save_arrays
    from aeot.registry import resolve

    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.set)
    images = load_images(args.images)
    if args.count is not None and args.count < 1:
        raise InputError(f"--count must be at least 1, not {args.count}.")

    from aeot.compute import select
    from aeot.features.extraction import extract

    features = extract(extractor, images[: args.count], select(args.device, args.threads))
    save_arrays(args.out_features, features=features)


if __name__ == "__main__":
    cli.run(main)
