"""Evaluate AE-OT's map of points in the plane on a raster of the source square."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, solve the first trial's transport, evaluate, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--points", required=True, metavar="FILE", help="training points, .npz")
    arguments.add_argument(
        "--pixels", type=int, default=240, help="of a side of the raster (default: 240)"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.compute import select
    from aeot.curves.cells import COLUMNS, cell_rows
    from aeot.errors import InputError
    from aeot.mixtures.points import load_points
    from aeot.pointmodels.aeot.model import solve_trial
    from aeot.pointmodels.aeot.settings import Settings

    settings = Settings.from_items(args.set)
    if settings.source != "uniform" or args.pixels < 2:
        raise InputError("the picture needs source=uniform and at least 2 --pixels.")
    device = select(args.device, args.threads)
    points = load_points(args.points, 2)[-1, 0]
    solution = solve_trial(points, settings, 0, args.seed, device)
    files.save_rows(
        args.out_rows, cell_rows(solution.transport, args.pixels, settings.threshold), COLUMNS
    )


if __name__ == "__main__":
    cli.run(main)
