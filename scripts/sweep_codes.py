"""Draw codes from one sampler at several values of one of its settings.

AE-OT's own sampler uses --transport. A model of points uses --fitted, as `fit_points.py` writes it,
if the setting affects only sampling; otherwise it is fitted to --codes again for every value.
Without --over there is one point. Codes are (points, draws, count, d). The seconds of an existing
fit are those of --report. A killed run with --codes resumes from
`<out-codes>.place0.checkpoint`, ...
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, save."""
    from aeot.pointmodels import POINT_MODELS

    arguments = cli.parser(__doc__)
    drawn_from = arguments.add_mutually_exclusive_group(required=True)
    drawn_from.add_argument("--transport", metavar="FILE", help="AE-OT's, .npz")
    drawn_from.add_argument("--fitted", metavar="FILE", help="fitted --model, .pt")
    drawn_from.add_argument("--codes", metavar="FILE", help="training codes of --model, .npz")
    arguments.add_argument("--model", metavar="NAME", help=f"one of: {', '.join(POINT_MODELS)}")
    arguments.add_argument("--report", metavar="FILE", help="seconds of the solve or fit, .json")
    arguments.add_argument("--count", type=int, required=True, help="codes drawn at every value")
    arguments.add_argument(
        "--draws", type=int, default=1, help="number of independent draws (default: 1)"
    )
    arguments.add_argument("--over", metavar="KEY", help="the setting that is swept")
    arguments.add_argument("--values", nargs="*", default=[], metavar="VALUE", help="its values")
    arguments.add_argument("--out-codes", required=True, metavar="FILE", help="codes, .npz")
    arguments.add_argument(
        "--out-seconds", metavar="FILE", help="seconds of each value's fit, .csv"
    )
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)
    if bool(args.transport) == bool(args.model):
        arguments.error("--model belongs to --fitted and --codes")
    if bool(args.over) != bool(args.values):
        arguments.error("--over and --values belong together")

    import numpy as np

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import select
    from aeot.frontier.sweep import sweep_fitted, sweep_points, sweep_transport, swept_places
    from aeot.pointmodels.loading import load_fitted
    from aeot.provenance import code_hash
    from aeot.transport.map import TransportMap

    count = args.count * (args.draws if args.model else 1)
    places = swept_places(args.model, args.set, args.over, args.values, count)
    device = select(args.device, args.threads)
    words = (places, args.draws, args.seed)
    checkpoints: list[Checkpoint] = []
    seconds = [files.load_json(args.report).get("seconds", "") if args.report else ""] * len(places)
    if args.transport:
        codes = sweep_transport(TransportMap.load(args.transport), *words, device)
    elif args.fitted:
        codes = sweep_fitted(load_fitted(args.fitted, args.model, places, device), *words)
    else:
        key = {"seed": args.seed, "data": files.file_digest(args.codes)}
        key["code"] = code_hash(__file__, [f"{POINT_MODELS[args.model]}.model"])
        checkpoints = [
            Checkpoint(f"{args.out_codes}.place{number}", key | {"settings": place.model_dump()})
            for number, place in enumerate(places)
        ]
        training = files.load_matrix(args.codes, "codes").astype(np.float32)
        codes, seconds = sweep_points(training, args.model, *words, device, checkpoints)
    if args.out_seconds:
        files.save_rows(args.out_seconds, [{"seconds": s} for s in seconds], ["seconds"])
    files.save_arrays(args.out_codes, codes=codes)
    for checkpoint in checkpoints:
        checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
