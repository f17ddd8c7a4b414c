"""Encode images by a trained model of images that has codes, as `train_model.py` writes it.

A model that learnt a code for every training image gives those, and takes no other images.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, encode, save."""
    from aeot.models import IMAGE_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(IMAGE_MODELS)}"
    )
    arguments.add_argument("--weights", required=True, metavar="FILE", help=".pt")
    arguments.add_argument("--images", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--out-codes", required=True, metavar="FILE", help=".npz")
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.models.loading import load_coder

    device = select(args.device, args.threads)
    model = load_coder(args.weights, args.model, device)
    images = files.load_images(args.images, model.shape)
    codes = model.encode(torch.from_numpy(images).to(device)).cpu().numpy()
    files.save_arrays(args.out_codes, codes=codes)


if __name__ == "__main__":
    cli.run(main)
