"""Score images drawn at the snapshots of a training: Fréchet distance against training seconds.

--images has the same number of images for each snapshot; --reports has the time of each snapshot.
Several reports, or one without snapshots, belong to a single snapshot: their seconds are added up.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, extract, score, write."""
    from aeot.features import EXTRACTORS

    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--reports", required=True, nargs="+", metavar="FILE", help=".json")
    arguments.add_argument("--real-features", required=True, metavar="FILE", help="of test images")
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument(
        "--count", required=True, type=int, metavar="N", help="images scored of each snapshot"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    cli.add_settings(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.curves.progress import MOMENT_COLUMNS, moment_rows, moments_of, training_images
    from aeot.features.extraction import extract
    from aeot.registry import resolve

    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.set)
    reports = {path: files.load_json(path) for path in args.reports}
    snapshots = moments_of(reports)
    images = files.load_images(args.images)
    real = files.load_matrix(args.real_features, "features")
    device = select(args.device, args.threads)
    rows = moment_rows(
        images,
        snapshots,
        args.count,
        real,
        lambda part: extract(extractor, part, device),
        training_images(reports.values()),
    )
    files.save_rows(args.out_rows, rows, MOMENT_COLUMNS)


if __name__ == "__main__":
    cli.run(main)
