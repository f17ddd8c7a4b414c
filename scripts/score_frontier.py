"""Score a sampler's codes: fidelity of their images, and how far they are from training images.

--codes has (points, draws, n, d) codes, as `sweep_codes.py` writes them, or (n, d) for one point.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, decode, extract, score, write."""
    from aeot.features import EXTRACTORS

    arguments = cli.parser(__doc__)
    for name, what in (
        ("codes", "codes to score"),
        ("train-codes", "codes of the training images"),
        ("train-features", "features of these, decoded"),
        ("test-codes", "codes of the test images"),
        ("test-features", "features of these, decoded"),
        ("real-features", "features of the test images"),
    ):
        arguments.add_argument(f"--{name}", required=True, metavar="FILE", help=f"{what}, .npz")
    arguments.add_argument("--autoencoder", required=True, metavar="FILE", help=".pt")
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument(
        "--values",
        nargs="*",
        default=[],
        metavar="VALUE",
        help="values of the points (default: none)",
    )
    arguments.add_argument("--seconds", metavar="FILE", help="seconds of the points' fits, .csv")
    arguments.add_argument(
        "--count", type=int, metavar="N", help="score the first N codes of a point (default: all)"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    cli.add_settings(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.features.extraction import extract
    from aeot.frontier.scores import COLUMNS, Known, frontier_rows
    from aeot.metrics.training_images import TrainingImages
    from aeot.models.autoencoder.model import Model as Autoencoder
    from aeot.registry import resolve

    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.set)
    device = select(args.device, args.threads)
    known = Known(
        codes=TrainingImages(files.load_matrix(args.train_codes, "codes"), device),
        features=TrainingImages(files.load_matrix(args.train_features, "features"), device),
        test_codes=files.load_matrix(args.test_codes, "codes"),
        test_features=files.load_matrix(args.test_features, "features"),
        real=files.load_matrix(args.real_features, "features"),
    )
    codes = files.load_arrays(args.codes, "codes")["codes"]
    codes = (codes if codes.ndim == 4 else codes[None, None])[:, :, : args.count]
    seconds = [""] * len(codes)
    if args.seconds:
        seconds = [row["seconds"] for row in files.load_rows(args.seconds, "seconds")]
    autoencoder = Autoencoder.load(args.autoencoder, device)

    def features_of(part):  # noqa: ANN001, ANN202
        images = autoencoder.decode(torch.from_numpy(part).to(device)).cpu().numpy()
        return extract(extractor, images, device)

    rows = frontier_rows(codes, args.values or [""], seconds, known, features_of)
    files.save_rows(args.out_rows, rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
