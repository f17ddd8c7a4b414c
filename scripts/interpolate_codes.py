"""Interpolate between the latent codes of images, and decode the points of the line.

Pairs are the first and second image, the third and fourth, ...; for each pair the file contains the
first image, the points of the interpolation, whose ends are the two reconstructions, and the second
image.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, interpolate, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--decoder", required=True, metavar="FILE", help="autoencoder or model of images, .pt"
    )
    arguments.add_argument("--images", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--pairs", required=True, type=int, metavar="N", help="pairs of images")
    arguments.add_argument(
        "--points",
        required=True,
        type=int,
        metavar="N",
        help="points of each interpolation, including its ends",
    )
    arguments.add_argument("--out-images", required=True, metavar="FILE", help="images, .npz")
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.models.coder import load_coder
    from aeot.models.interpolations import interpolations

    coder = load_coder(args.decoder, select(args.device, args.threads))
    images = files.load_images(args.images, coder.shape)
    interpolated = interpolations(coder, images, args.pairs, args.points)
    files.save_arrays(args.out_images, images=interpolated.reshape(-1, *images.shape[1:]))


if __name__ == "__main__":
    cli.run(main)
