"""Encode all images, or the first `--count`, in order and in eval mode; decode them on request.

Writes `codes` (n, d) and, beside them, their standardisation: `mean` (d,) and `scale` (), the
root of the mean variance. Codes are stored as the decoder expects them, not standardised.
A model that has learnt a code for every training image returns those, and accepts no other images.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, encode, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--images", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument(
        "--model", required=True, metavar="FILE", help="autoencoder or model of images, .pt"
    )
    arguments.add_argument(
        "--count",
        type=int,
        metavar="N",
        help="number of images to encode, the first ones (default: all)",
    )
    arguments.add_argument("--out-codes", required=True, metavar="FILE", help=".npz")
    arguments.add_argument("--out-samples", metavar="FILE", help="their reconstructions, .npz")
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import numpy as np
    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.models.coder import load_coder
    from aeot.transport.problem import standardisation

    if args.count is not None and args.count < 1:
        raise InputError(f"--count must be at least 1, not {args.count}.")
    device = select(args.device, args.threads)
    model = load_coder(args.model, device)
    images = files.load_images(args.images, model.shape, args.count)
    encoded = model.encode(torch.from_numpy(images).to(device))
    codes = encoded.cpu().numpy()
    mean, scale = standardisation(codes)
    if args.out_samples:
        files.save_arrays(args.out_samples, images=model.decode(encoded).cpu().numpy())
    files.save_arrays(args.out_codes, codes=codes, mean=mean, scale=np.float64(scale))


if __name__ == "__main__":
    cli.run(main)
