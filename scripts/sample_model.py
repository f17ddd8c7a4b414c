"""Draw images from a trained model of images, as `train_model.py` writes it."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--weights", required=True, metavar="FILE", help="the model, .pt")
    arguments.add_argument("--count", type=int, default=10000, help="images (default: 10000)")
    arguments.add_argument("--out-samples", required=True, metavar="FILE", help="images, .npz")
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.models.coder import load_coder
    from aeot.seeding import torch_generator

    if args.count < 1:
        raise InputError(f"--count must be at least 1, not {args.count}.")
    device = select(args.device, args.threads)
    random = torch_generator(args.seed, "samples", device=device)
    images = load_coder(args.weights, device).sample(args.count, random)
    files.save_arrays(args.out_samples, images=images.cpu().numpy())


if __name__ == "__main__":
    cli.run(main)
