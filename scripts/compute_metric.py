"""Compute a metric from features or images, and write tidy rows.

A metric uses those of the files below that it needs. Writes its rows and, if it has one, its curve.
The Fréchet and the kernel distance are the FID and the KID of the literature only for
the features of the extractor 'inception' (docs/metrics.md).
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Read the command line and write the rows."""
    from aeot.metrics import METRICS
    from aeot.metrics.base import COLUMNS, NAMED, SETS, option

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--metric", required=True, metavar="NAME", help=f"one of: {', '.join(METRICS)}"
    )
    for name, what in SETS.items():
        kind, file = ("NAME", "") if name in NAMED else ("FILE", " (.npz)")
        arguments.add_argument(f"--{option(name)}", metavar=kind, help=f"{what}{file}")
    for name in NAMED:
        arguments.add_argument(
            f"--{name}-set", nargs="*", default=[], metavar="KEY=VALUE", help="its settings"
        )
    arguments.add_argument("--count", type=int, metavar="N", help="use only the first N images")
    arguments.add_argument(
        "--out-rows", required=True, metavar="FILE", help=f"scores (.csv: {','.join(COLUMNS)})"
    )
    arguments.add_argument("--out-curve", metavar="FILE", help="the curve (.csv)")
    cli.add_seed(arguments)
    cli.add_settings(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.errors import InputError
    from aeot.metrics.base import load_sets
    from aeot.registry import resolve

    metric = resolve(METRICS, args.metric, "metric").from_items(args.set)
    if args.out_curve and not metric.CURVE:
        raise InputError(f"the metric {args.metric} has no curve; leave out --out-curve.")
    paths = {name.removesuffix("_features"): path for name, path in vars(args).items()}
    settings = {"manifold": args.manifold_set, "classifier": args.classifier_set}
    sets = load_sets(metric, paths, args.count, settings)
    device = None
    if metric.GPU:  # the others do without torch, which takes longer to import than they do
        from aeot.compute import select

        device = select(args.device, args.threads)
    score = metric.score(sets, args.seed, device)
    if args.out_curve:
        files.save_rows(args.out_curve, score.curve, metric.CURVE)
    files.save_rows(args.out_rows, score.rows, COLUMNS)


if __name__ == "__main__":
    cli.run(main)
