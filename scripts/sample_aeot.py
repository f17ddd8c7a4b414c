"""Draw images from AE-OT: the transport maps source samples to codes, which are decoded.

The report counts the singular draws and how they were treated, and states how far the shares
of the power cells are from their target masses.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, decode, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--autoencoder", required=True, metavar="FILE", help=".pt")
    arguments.add_argument("--transport", required=True, metavar="FILE", help=".npz")
    arguments.add_argument("--out-samples", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--out-report", metavar="FILE", help=".json")
    arguments.add_argument(
        "--out-codes", metavar="FILE", help="the codes drawn, and their power cells, .npz"
    )
    arguments.add_argument(
        "--out-masses", metavar="FILE", help="scores of the cells' masses as drawn, .csv"
    )
    arguments.add_argument(
        "--pngs", metavar="FOLDER", help="new folder for the images as numbered PNGs as well"
    )
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import time

    from aeot import files, png
    from aeot.compute import device_name, select
    from aeot.metrics.base import COLUMNS
    from aeot.models.aeot.sampling import mass_rows, sample
    from aeot.models.aeot.settings import SamplingSettings
    from aeot.models.autoencoder.model import Model as Autoencoder

    start = time.monotonic()
    if args.pngs:
        png.check_new(args.pngs)
    settings = SamplingSettings.from_items(args.set)
    device = select(args.device, args.threads)
    autoencoder = Autoencoder.load(args.autoencoder, device)
    arrays, report = sample(autoencoder, args.transport, settings, args.seed, device)
    report |= {
        "images": len(arrays["images"]),
        "seconds": time.monotonic() - start,
        "device": device_name(device),
    }
    images = arrays.pop("images")
    if args.out_codes:
        files.save_arrays(args.out_codes, **arrays)
    if args.out_masses:
        files.save_rows(args.out_masses, mass_rows(report), COLUMNS)
    if args.out_report:
        files.save_json(args.out_report, report)
    if args.pngs:
        png.save_folder(args.pngs, images)
    files.save_arrays(args.out_samples, images=images)


if __name__ == "__main__":
    cli.run(main)
