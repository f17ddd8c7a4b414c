"""Evaluate a fitted AE-OT of points in the plane on a raster of the source square."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, load, evaluate the first trial's transport, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--fitted", required=True, metavar="FILE", help="fitted by fit_points.py --model aeot, .pt"
    )
    arguments.add_argument(
        "--pixels", type=int, default=240, help="pixels per side of the raster (default: 240)"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    cli.add_settings(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.curves.cells import COLUMNS, cell_rows
    from aeot.errors import InputError
    from aeot.pointmodels.aeot.model import Model
    from aeot.pointmodels.aeot.settings import Settings

    settings = Settings.from_items(args.set)
    if settings.source != "uniform" or args.pixels < 2:
        raise InputError("the picture needs source=uniform and at least 2 --pixels.")
    model = Model.load(args.fitted, select(args.device, args.threads))
    model.check(settings)
    transport = model.transports[0]
    if transport.support.shape[1] != 2:
        raise InputError(
            f"{args.fitted} was fitted to points that do not lie in the plane; fit it to points "
            "in the plane."
        )
    files.save_rows(args.out_rows, cell_rows(transport, args.pixels, settings.threshold), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
