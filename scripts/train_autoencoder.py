"""Train the autoencoder on images, freeze the encoder, and train the decoder further.

Writes the autoencoder, its losses per epoch, and a report with the losses before and after
freezing. A killed run resumes from `<out-autoencoder>.checkpoint` and produces the same bytes.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, train, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--train", required=True, metavar="FILE", help="training images, .npz")
    arguments.add_argument("--test", required=True, metavar="FILE", help="test images, .npz")
    arguments.add_argument("--out-autoencoder", required=True, metavar="FILE", help=".pt")
    arguments.add_argument("--out-history", required=True, metavar="FILE", help="losses, .csv")
    arguments.add_argument("--out-report", required=True, metavar="FILE", help=".json")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import device_name, select
    from aeot.models.autoencoder.model import Model
    from aeot.models.autoencoder.settings import Settings
    from aeot.models.autoencoder.training import HISTORY, AutoencoderTraining
    from aeot.provenance import code_hash
    from aeot.ranks import torchrun
    from aeot.seeding import torch_generator

    settings = Settings.from_items(args.set)
    device = select(args.device, args.threads)
    images = torch.from_numpy(files.load_images(args.train, count=settings.training_images))
    test_images = torch.from_numpy(files.load_images(args.test))
    key = {
        "settings": settings.model_dump(),
        "seed": args.seed,
        "data": [files.file_digest(args.train), files.file_digest(args.test)],
        "code": code_hash(__file__),
    }
    checkpoint = Checkpoint(args.out_autoencoder, key)
    model = Model(settings, tuple(images.shape[1:]))
    model.initialise(torch_generator(args.seed, "weights"))
    with torchrun(device) as writes:
        training = AutoencoderTraining(
            model.place(device), images.to(device), test_images.to(device), args.seed
        )
        training.run(checkpoint)
    if not writes:
        return
    report = training.report() | {"device": device_name(device)}
    files.save_rows(args.out_history, training.history, HISTORY)
    files.save_json(args.out_report, report)
    model.save(args.out_autoencoder)
    checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
