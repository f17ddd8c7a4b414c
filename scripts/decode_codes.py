"""Decode codes that a model of points drew, as `fit_points.py` writes them, to images.

The first trial's codes of the last moment; by the autoencoder, or by the decoder of --model.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, decode, save."""
    from aeot.models import IMAGE_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument("--codes", required=True, metavar="FILE", help="points drawn, .npz")
    arguments.add_argument("--decoder", required=True, metavar="FILE", help="autoencoder, .pt")
    arguments.add_argument(
        "--model", metavar="NAME", help=f"whose decoder it is: {', '.join(IMAGE_MODELS)}"
    )
    arguments.add_argument("--out-samples", required=True, metavar="FILE", help="images, .npz")
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.models.loading import load_coder

    device = select(args.device, args.threads)
    points = files.load_arrays(args.codes, "points")["points"]
    if points.ndim != 4:
        raise InputError(f"{args.codes}: points must be (moments, trials, n, d); draw them anew.")
    model = load_coder(args.decoder, args.model, device)
    codes = torch.from_numpy(points[-1, 0]).to(device)
    if codes.shape[1] != model.settings.codes:
        raise InputError(
            f"{args.codes} holds codes of dimension {codes.shape[1]}; {args.decoder} decodes "
            f"{model.settings.codes}: take the model whose codes were sampled."
        )
    files.save_arrays(args.out_samples, images=model.decode(codes).cpu().numpy())


if __name__ == "__main__":
    cli.run(main)
