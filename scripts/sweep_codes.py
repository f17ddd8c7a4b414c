"""Draw codes from one sampler at several values of one of its settings.

AE-OT's own sampler draws through --transport; --model names a model of points, which is fitted to
--codes anew for every value. Without --over there is one place. Codes are (places, draws, count,
d). The seconds of AE-OT's sampler are those of the transport, from --transport-report. A killed run
of --model resumes from `<out-codes>.place0.checkpoint`, ...
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw, save."""
    from aeot.pointmodels import POINT_MODELS

    arguments = cli.parser(__doc__)
    drawn_from = arguments.add_mutually_exclusive_group(required=True)
    drawn_from.add_argument("--transport", metavar="FILE", help="AE-OT's, .npz")
    arguments.add_argument("--transport-report", metavar="FILE", help="its seconds, .json")
    drawn_from.add_argument("--codes", metavar="FILE", help="training codes, .npz; needs --model")
    arguments.add_argument("--model", metavar="NAME", help=f"one of: {', '.join(POINT_MODELS)}")
    arguments.add_argument("--count", type=int, required=True, help="codes drawn at every value")
    arguments.add_argument("--draws", type=int, default=1, help="independent draws (default: 1)")
    arguments.add_argument("--over", metavar="KEY", help="the setting that is swept")
    arguments.add_argument("--values", nargs="*", default=[], metavar="VALUE", help="its values")
    arguments.add_argument("--out-codes", required=True, metavar="FILE", help="codes, .npz")
    arguments.add_argument("--out-seconds", metavar="FILE", help="of each value's fit, .csv")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)
    if bool(args.codes) != bool(args.model):
        arguments.error("--codes and --model belong together")
    if bool(args.over) != bool(args.values):
        arguments.error("--over and --values belong together")

    import numpy as np

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import select
    from aeot.frontier.sweep import sweep_points, sweep_transport
    from aeot.models.aeot.settings import SamplingSettings
    from aeot.pointmodels.trial_settings import drawn_once
    from aeot.provenance import code_hash
    from aeot.registry import resolve_part
    from aeot.settings import Settings, format_items
    from aeot.transport.map import TransportMap

    kind: type[Settings] = SamplingSettings
    if args.model:
        kind = resolve_part(POINT_MODELS, args.model, "settings:Settings", "model of points")
    count = args.count * (args.draws if args.model else 1)
    fixed = [*args.set, *format_items(drawn_once(kind, count))]
    swept = [[f"{args.over}={value}"] for value in args.values] or [[]]
    places = [kind.from_items([*fixed, *words]) for words in swept]
    device = select(args.device, args.threads)
    words = (places, args.draws, args.seed, device)
    checkpoints: list[Checkpoint] = []
    if args.transport:
        codes = sweep_transport(TransportMap.load(args.transport), *words)
        report = files.load_json(args.transport_report) if args.transport_report else {}
        seconds = [report.get("seconds", "")] * len(places)
    else:
        key = {"seed": args.seed, "data": files.file_digest(args.codes)}
        key["code"] = code_hash(__file__, [f"{POINT_MODELS[args.model]}.model"])
        checkpoints = [
            Checkpoint(f"{args.out_codes}.place{number}", key | {"settings": place.model_dump()})
            for number, place in enumerate(places)
        ]
        training = files.load_matrix(args.codes, "codes").astype(np.float32)
        codes, seconds = sweep_points(training, args.model, *words, checkpoints.__getitem__)
    if args.out_seconds:
        files.save_rows(args.out_seconds, [{"seconds": s} for s in seconds], ["seconds"])
    files.save_arrays(args.out_codes, codes=codes)
    for checkpoint in checkpoints:
        checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
