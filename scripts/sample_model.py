"""Draw images from a trained model of images, as `train_model.py` writes it.

Of a model whose training diverged they are black.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, save."""
    from aeot.models import IMAGE_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(IMAGE_MODELS)}"
    )
    arguments.add_argument("--weights", required=True, metavar="FILE", help="generator, .pt")
    arguments.add_argument("--count", type=int, default=10000, help="images (default: 10000)")
    arguments.add_argument("--out-samples", required=True, metavar="FILE", help="images, .npz")
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import numpy as np

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.models.base import draw_images
    from aeot.registry import resolve_part
    from aeot.seeding import torch_generator

    if args.count < 1:
        raise InputError(f"--count must be at least 1, not {args.count}.")
    settings = resolve_part(IMAGE_MODELS, args.model, "settings:Settings", "model of images")
    kind = resolve_part(IMAGE_MODELS, args.model, "model:Model", "model of images")
    device = select(args.device, args.threads)
    model = kind.load(args.weights, settings, device)
    if model.failed:
        images = np.zeros((args.count, *model.shape), np.uint8)
    else:
        z = model.prior(args.count, torch_generator(args.seed, "samples", device=device))
        images = draw_images(model.generator, z).cpu().numpy()
    files.save_arrays(args.out_samples, images=images)


if __name__ == "__main__":
    cli.run(main)
