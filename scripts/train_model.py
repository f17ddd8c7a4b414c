"""Train a registered model of images, and draw from it while it is trained.

Writes the generator, the losses, and snapshots: images drawn from the same noise at several steps.
A killed run resumes from `<out-model>.checkpoint` and produces the same bytes.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, train, save."""
    from aeot.models import IMAGE_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(IMAGE_MODELS)}"
    )
    arguments.add_argument("--train", required=True, metavar="FILE", help="training images, .npz")
    arguments.add_argument("--snapshot-images", type=int, default=1000, help="per snapshot (1000)")
    arguments.add_argument("--out-model", required=True, metavar="FILE", help="generator, .pt")
    arguments.add_argument("--out-history", required=True, metavar="FILE", help="losses, .csv")
    arguments.add_argument("--out-moments", required=True, metavar="FILE", help="images, .npz")
    arguments.add_argument("--out-report", required=True, metavar="FILE", help=".json")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import device_name, select, warn_of_slow_bfloat16
    from aeot.errors import InputError
    from aeot.models.training import LOSSES, ImageTraining
    from aeot.provenance import code_hash
    from aeot.registry import resolve_part
    from aeot.seeding import torch_generator

    if args.snapshot_images < 1:
        raise InputError(f"--snapshot-images must be at least 1, not {args.snapshot_images}.")
    settings = resolve_part(IMAGE_MODELS, args.model, "settings:Settings", "model of images")
    settings = settings.from_items(args.set)
    kind = resolve_part(IMAGE_MODELS, args.model, "model:Model", "model of images")
    device = select(args.device, args.threads)
    if settings.precision == "bfloat16":
        warn_of_slow_bfloat16(device)
    images = torch.from_numpy(files.load_images(args.train)).to(device)
    settings = settings.counted(len(images))
    model = kind(settings, tuple(images.shape[1:]))
    model.initialise(torch_generator(args.seed, "weights"))
    training = ImageTraining(model.place(device), images, args.seed, args.snapshot_images)
    key = {"settings": settings.model_dump(), "seed": args.seed}
    key["snapshot_images"] = args.snapshot_images
    key["data"] = files.file_digest(args.train)
    key["code"] = code_hash(__file__, [f"{IMAGE_MODELS[args.model]}.model"])
    checkpoint = Checkpoint(args.out_model, key)
    training.run(checkpoint)
    report = {"model": args.model, **training.report(), "device": device_name(device)}
    report["training_images"] = len(images)
    files.save_rows(args.out_history, training.history, LOSSES)
    files.save_arrays(args.out_moments, images=training.drawn())
    files.save_json(args.out_report, report)
    training.trained().save(args.out_model)
    checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
