"""Score whether decoded midpoints of codes are as near to test images as reconstructions are.

Takes walks of three points between test images, as `walk_codes.py --points 3` writes them.
"""

from aeot import cli
from aeot.metrics import pairs


def main(argv: list[str] | None = None) -> None:
    """Parse, extract, compare, write."""
    from aeot.features import EXTRACTORS

    arguments = cli.parser(__doc__)
    arguments.add_argument("--walks", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--real-features", required=True, metavar="FILE", help="of test images")
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument(
        "--out-rows",
        required=True,
        metavar="FILE",
        help=f"scores (.csv: {','.join(pairs.COLUMNS)})",
    )
    cli.add_settings(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.features.extraction import extract
    from aeot.metrics.convexity import POINTS, convexity_rows
    from aeot.registry import resolve

    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.set)
    images = files.load_images(args.walks)
    if len(images) % (POINTS + 2):
        raise InputError(f"{args.walks} holds no walks of {POINTS} points; walk anew.")
    walked = images.reshape(-1, POINTS + 2, *images.shape[1:])[:, 1:-1]
    device = select(args.device, args.threads)
    features = extract(extractor, walked.reshape(-1, *images.shape[1:]), device)
    real = files.load_matrix(args.real_features, "features")
    rows = convexity_rows(real, features.reshape(len(walked), POINTS, -1))
    files.save_rows(args.out_rows, rows, pairs.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
