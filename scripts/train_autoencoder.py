"""Train the autoencoder on images, freeze the encoder, train the decoder on.

Writes the autoencoder, its losses epoch by epoch, and a report with the losses before and after
freezing. A killed run resumes from `<out-autoencoder>.checkpoint` and ends in the same bytes.
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
    from aeot.models.autoencoder.settings import AutoencoderSettings
    from aeot.models.autoencoder.training import HISTORY, train
    from aeot.provenance import code_hash
    from aeot.ranks import torchrun

    settings = AutoencoderSettings.from_items(args.set)
    device = select(args.device, args.threads)
    train_images = files.load_images(args.train, count=settings.training_images)
    train_images = torch.from_numpy(train_images).to(device)
    test_images = torch.from_numpy(files.load_images(args.test)).to(device)
    key = {
        "settings": settings.model_dump(),
        "seed": args.seed,
        "data": [files.file_digest(args.train), files.file_digest(args.test)],
        "code": code_hash(__file__),
    }
    checkpoint = Checkpoint(args.out_autoencoder, key)
    with torchrun(device) as writes:
        trained = train(train_images, test_images, settings, args.seed, checkpoint)
    if not writes:
        return
    report = {
        "losses": trained.losses,
        "stops": trained.stops,
        "freeze_epoch": sum(row["phase"] == 1 for row in trained.history),
        "epochs": len(trained.history),
        "seconds": trained.seconds,
        "device": device_name(device),
        "parameters": sum(p.numel() for p in trained.model.parameters()),
        "codes": settings.codes,
        "training_images": len(train_images),
    }
    files.save_rows(args.out_history, trained.history, HISTORY)
    files.save_json(args.out_report, report)
    trained.model.save(args.out_autoencoder)
    checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
