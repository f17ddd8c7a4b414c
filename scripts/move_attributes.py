"""Change an attribute of test images by moving their codes, and decode them.

For each of the first test images the file contains the image, its reconstruction, and its code
moved towards another class (or attribute, in turn) by the difference of means and by least squares.
Both image files contain `labels`: classes (n,), or attributes (n, K) of 0 and 1.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, move, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--decoder", required=True, metavar="FILE", help="autoencoder or model of images, .pt"
    )
    arguments.add_argument("--train", required=True, metavar="FILE", help="images, labels, .npz")
    arguments.add_argument("--test", required=True, metavar="FILE", help="images, labels, .npz")
    arguments.add_argument("--count", required=True, type=int, metavar="N", help="images moved")
    arguments.add_argument("--out-images", required=True, metavar="FILE", help="images, .npz")
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.models.attributes import Labelled, moves
    from aeot.models.coder import load_coder

    coder = load_coder(args.decoder, select(args.device, args.threads))
    splits = [Labelled.load(path, coder.shape) for path in (args.train, args.test)]
    moved = moves(coder, *splits, args.count)
    files.save_arrays(args.out_images, images=moved.reshape(-1, *moved.shape[2:]))


if __name__ == "__main__":
    cli.run(main)
