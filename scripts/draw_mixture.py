"""Draw the training points of a mixture."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, save."""
    from aeot.mixtures import MIXTURES

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--mixture", required=True, metavar="NAME", help=f"one of: {', '.join(MIXTURES)}"
    )
    arguments.add_argument("--count", type=int, default=100_000, help="points (default: 100000)")
    arguments.add_argument("--out-points", required=True, metavar="FILE", help=".npz")
    cli.add_seed(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.errors import InputError
    from aeot.registry import resolve
    from aeot.seeding import numpy_generator

    if args.count < 1:
        raise InputError(f"--count must be at least 1, not {args.count}.")
    mixture = resolve(MIXTURES, args.mixture, "mixture")()
    rng = numpy_generator(args.seed, "mixture", args.mixture)
    files.save_arrays(args.out_points, points=mixture.sample(args.count, rng))


if __name__ == "__main__":
    cli.run(main)
