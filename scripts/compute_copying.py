"""Score whether samples copy training images: novelty, authenticity, and recall of test images.

Novelty 0 is a copy, 1 as far from the training images as test images are.
"""

from aeot import cli
from aeot.metrics import pairs


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the rows."""
    arguments = cli.parser(__doc__)
    pairs.add_features(arguments)
    arguments.add_argument(
        "--train-features", required=True, metavar="FILE", help="of all training images (.npz)"
    )
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot.compute import select
    from aeot.files import load_matrix, save_rows
    from aeot.metrics.copying import copying_rows
    from aeot.metrics.training_images import TrainingImages

    train = load_matrix(args.train_features, "features")
    known = TrainingImages(train, select(args.device, args.threads))
    save_rows(args.out_rows, copying_rows(known, *pairs.load_pair(args)), pairs.COLUMNS)


if __name__ == "__main__":
    cli.run(main)
