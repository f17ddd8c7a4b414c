"""Find how far test images are from what a generator can draw.

For a model of images (--weights) the codes of its prior are searched; for AE-OT with two cells
(--autoencoder, --transport, --sampler-set), the segments between the codes that it mixes.
`distance` is the distance to the nearest image found. For other samplers of codes, whose range is
not known, images are given (--samples) and only the nearest draw is found: `nearest`, which is
written for all methods, from equally many draws.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, search, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, metavar="FILE", help="test images, .npz")
    generator = arguments.add_mutually_exclusive_group(required=True)
    generator.add_argument("--weights", metavar="FILE", help="a model of images, .pt")
    generator.add_argument("--samples", metavar="FILE", help="images of a sampler, .npz")
    generator.add_argument("--transport", metavar="FILE", help="AE-OT's, .npz")
    arguments.add_argument("--autoencoder", metavar="FILE", help="AE-OT's, .pt")
    arguments.add_argument(
        "--sampler-set",
        nargs="*",
        default=[],
        metavar="KEY=VALUE",
        help="settings of AE-OT's sampler",
    )
    arguments.add_argument(
        "--out-range", required=True, metavar="FILE", help="distances of the test images, .npz"
    )
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)
    if (args.transport is None) != (args.autoencoder is None):
        arguments.error("--transport and --autoencoder belong together")

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.models.aeot.sampling import draw_mixtures
    from aeot.models.aeot.settings import SamplingSettings
    from aeot.models.autoencoder.model import Model as Autoencoder
    from aeot.models.coder import load_coder
    from aeot.models.inversion import among, invert_mixtures, invert_model
    from aeot.models.inversion_settings import InversionSettings

    settings = InversionSettings.from_items(args.set)
    device = select(args.device, args.threads)
    images = torch.from_numpy(files.load_images(args.images)[: settings.images]).to(device)
    if args.samples:
        drawn = files.load_images(args.samples, tuple(images.shape[1:]), settings.draws)
        found = among(torch.from_numpy(drawn).to(device), images)
    elif args.transport:
        sampler = SamplingSettings.from_items([*args.sampler_set, f"count={settings.draws}"])
        autoencoder = Autoencoder.load(args.autoencoder, device).requires_grad_(False)
        codes, ends = draw_mixtures(autoencoder, args.transport, sampler, args.seed, device)
        found = invert_mixtures(autoencoder.decoder, codes, ends, images, settings)
    else:
        model = load_coder(args.weights, device)
        found = invert_model(model, images, settings, args.seed)
    files.save_arrays(args.out_range, **found)


if __name__ == "__main__":
    cli.run(main)
