"""Train a registered model of images: the autoencoder, or one that draws images.

Writes the model, its losses and a report. A model that draws also draws from the same noise at
several steps of its training: snapshots. The autoencoder's encoder is frozen when the loss stops
falling, and its decoder is then trained further. A killed run resumes from
`<out-model>.checkpoint` and produces the same bytes; while the autoencoder is trained,
`<out-model>.checkpoint.png` shows reconstructions.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, train, save."""
    from aeot.models import CODERS, TRAININGS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(CODERS)}"
    )
    arguments.add_argument("--train", required=True, metavar="FILE", help="training images, .npz")
    arguments.add_argument(
        "--test", metavar="FILE", help="test images, on which the autoencoder is evaluated, .npz"
    )
    arguments.add_argument("--snapshot-images", type=int, default=1000, help="per snapshot (1000)")
    arguments.add_argument("--out-model", required=True, metavar="FILE", help="the model, .pt")
    arguments.add_argument("--out-history", required=True, metavar="FILE", help="losses, .csv")
    arguments.add_argument("--out-moments", metavar="FILE", help="images of the snapshots, .npz")
    arguments.add_argument("--out-report", required=True, metavar="FILE", help=".json")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import device_name, select
    from aeot.errors import InputError
    from aeot.provenance import code_hash
    from aeot.ranks import torchrun
    from aeot.registry import resolve, resolve_part
    from aeot.seeding import torch_generator

    kind = "model of images"
    settings = resolve_part(CODERS, args.model, "settings:Settings", kind).from_items(args.set)
    build = resolve_part(CODERS, args.model, "model:Model", kind)
    train = resolve(TRAININGS, args.model, kind)
    if bool(args.test) != train.EVALUATES or bool(args.out_moments) == train.EVALUATES:
        wanted = "--test" if train.EVALUATES else "--out-moments"
        raise InputError(f"{args.model} takes {wanted} of --test and --out-moments.")
    device = select(args.device, args.threads)
    images = torch.from_numpy(files.load_images(args.train, count=settings.training_images))
    given = {"snapshot_images": args.snapshot_images}
    if args.test:
        given = {"test_images": torch.from_numpy(files.load_images(args.test)).to(device)}
    model = build(settings.counted(len(images)), tuple(images.shape[1:]))
    model.initialise(torch_generator(args.seed, "weights"))
    key = {"settings": model.settings.model_dump(), "seed": args.seed}
    key["snapshot_images"] = args.snapshot_images
    key["data"] = [files.file_digest(path) for path in (args.train, args.test) if path]
    modules = [f"{CODERS[args.model]}.model", TRAININGS[args.model].partition(":")[0]]
    checkpoint = Checkpoint(args.out_model, key | {"code": code_hash(__file__, modules)})
    with torchrun(device) as writes:
        training = train(model.place(device), images.to(device), seed=args.seed, **given)
        training.run(checkpoint)
    if not writes:
        return
    report = {"model": args.model, **training.report(), "device": device_name(device)}
    files.save_rows(args.out_history, training.history, training.HISTORY)
    if args.out_moments:
        files.save_arrays(args.out_moments, images=training.drawn())
    files.save_json(args.out_report, report | {"training_images": len(images)})
    training.trained().save(args.out_model)
    checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
