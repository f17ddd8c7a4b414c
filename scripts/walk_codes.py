"""Walk straight from image to image through the codes of a model, and decode the way.

Pairs are the images' first and second, third and fourth, ...; for each pair the file holds the
first image, the points of the walk (its ends are the two reconstructions), and the second image.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, walk, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--decoder", required=True, metavar="FILE", help="autoencoder or model of images, .pt"
    )
    arguments.add_argument("--images", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--pairs", required=True, type=int, metavar="N", help="walks")
    arguments.add_argument("--points", required=True, type=int, metavar="N", help="of a walk")
    arguments.add_argument("--out-images", required=True, metavar="FILE", help="images, .npz")
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.models.coder import load_coder
    from aeot.models.walks import walks

    coder = load_coder(args.decoder, select(args.device, args.threads))
    images = files.load_images(args.images, coder.shape)
    walked = walks(coder, images, args.pairs, args.points)
    files.save_arrays(args.out_images, images=walked.reshape(-1, *images.shape[1:]))


if __name__ == "__main__":
    cli.run(main)
