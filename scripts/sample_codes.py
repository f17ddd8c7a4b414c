"""Draw codes from a fitted model of points, as `fit_points.py` writes it, and decode them.

The codes are those of the first trial; the decoder is that of the model whose codes were fitted.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, decode, save."""
    from aeot.pointmodels import POINT_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(POINT_MODELS)}"
    )
    arguments.add_argument("--fitted", required=True, metavar="FILE", help="it, fitted, .pt")
    arguments.add_argument(
        "--decoder", required=True, metavar="FILE", help="autoencoder or model of images, .pt"
    )
    arguments.add_argument("--out-samples", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--out-points", metavar="FILE", help="codes drawn (1, 1, n, d), .npz")
    arguments.add_argument("--out-report", metavar="FILE", help="report of the draw, .json")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import device_name, select
    from aeot.errors import InputError
    from aeot.models.coder import load_coder
    from aeot.pointmodels.loading import load_fitted
    from aeot.registry import resolve_part

    kind = resolve_part(POINT_MODELS, args.model, "settings:Settings", "model of points")
    settings = kind.from_items(args.set)
    device = select(args.device, args.threads)
    drawn = load_fitted(args.fitted, args.model, [settings], device).draw(settings, args.seed)
    codes = drawn.points[0]
    decoder = load_coder(args.decoder, device)
    if codes.shape[1] != decoder.settings.codes:
        raise InputError(
            f"{args.fitted} draws codes of dimension {codes.shape[1]}; {args.decoder} decodes "
            f"{decoder.settings.codes}: take the model whose codes it was fitted to."
        )
    images = decoder.decode(torch.from_numpy(codes).to(device)).cpu().numpy()
    if args.out_points:
        files.save_arrays(args.out_points, points=drawn.points[None, :1])
    if args.out_report:
        files.save_json(args.out_report, drawn.report | {"device": device_name(device)})
    files.save_arrays(args.out_samples, images=images)


if __name__ == "__main__":
    cli.run(main)
