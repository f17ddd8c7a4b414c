"""Score the samples of one transport while its mass error falls: does the certificate matter?

Solves the transport of the codes to `--tolerance` and, whenever its error is measured, draws codes
with the plain and the extended map, decodes them and compares them with the test images. `--set`
has the settings of the extended map, `--extractor-set` those of the feature extractor.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, solve and score, write."""
    from aeot.features import EXTRACTORS

    arguments = cli.parser(__doc__)
    arguments.add_argument("--codes", required=True, metavar="FILE", help="training codes, .npz")
    arguments.add_argument("--autoencoder", required=True, metavar="FILE", help=".pt")
    arguments.add_argument("--images", required=True, metavar="FILE", help="test images, .npz")
    arguments.add_argument("--real-features", required=True, metavar="FILE", help="theirs, .npz")
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument(
        "--extractor-set", nargs="*", default=[], metavar="KEY=VALUE", help="its settings"
    )
    arguments.add_argument(
        "--prd-set", nargs="*", default=[], metavar="KEY=VALUE", help="settings of the metric prd"
    )
    arguments.add_argument(
        "--tolerance", type=float, required=True, help="mass error at which the solve ends"
    )
    arguments.add_argument("--source", default="uniform", help="source measure (default: uniform)")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.curves.certificate import COLUMNS, certificate_rows
    from aeot.features.extraction import extract
    from aeot.metrics.prd import Prd
    from aeot.models.aeot.settings import SamplingSettings
    from aeot.models.autoencoder.model import Model as Autoencoder
    from aeot.registry import resolve
    from aeot.transport.settings import TransportSettings

    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.extractor_set)
    sampling = SamplingSettings.from_items(args.set)
    settings = TransportSettings.checked(
        {"source": args.source, "tolerance": args.tolerance, "samples_per_code": 20_000}, ""
    )
    device = select(args.device, args.threads)
    autoencoder = Autoencoder.load(args.autoencoder, device)
    images = files.load_images(args.images, autoencoder.shape)
    real = files.load_matrix(args.real_features, "features")
    sampling = sampling.model_copy(update={"count": len(real)})

    def features_of(codes: files.Array) -> files.Array:
        decoded = autoencoder.decode(torch.from_numpy(codes).to(device))
        return extract(extractor, decoded.cpu().numpy(), device)

    test_codes = autoencoder.encode(torch.from_numpy(images[: len(real)]).to(device)).cpu().numpy()
    codes = files.load_matrix(args.codes, "codes")
    prd = Prd.from_items(args.prd_set)
    rows = certificate_rows(
        codes, settings, sampling, args.seed, device, features_of, real, test_codes, prd
    )
    files.save_rows(args.out_rows, rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
