"""Fit a model of points, all trials at once, and draw from it while it is trained.

Writes the fitted model, the drawn points (moments, trials, n, d), of which the last moment is that
of the fitted model, and the training seconds at every moment. If a trial was fitted to a part of
the training points, the file of points also has their `rows` (trials, m). A killed run resumes
from `<out-points>.checkpoint`, or `<out-model>.checkpoint` if no points are written.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, train, save."""
    from aeot.pointmodels import POINT_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(POINT_MODELS)}"
    )
    arguments.add_argument("--points", required=True, metavar="FILE", help="training points, .npz")
    arguments.add_argument("--array", default="points", metavar="NAME", help="their name (points)")
    arguments.add_argument(
        "--fitted", nargs=4, metavar=("PT", "CSV", "JSON", "NPZ"),
        help="sample from an existing fit (model, history, report, points) with other settings",
    )  # fmt: skip
    arguments.add_argument("--trials", type=int, default=10, help="trials (default: 10)")
    arguments.add_argument("--out-points", metavar="FILE", help="points drawn, .npz")
    arguments.add_argument("--out-model", metavar="FILE", help="the fitted model, .pt")
    arguments.add_argument("--out-history", metavar="FILE", help="seconds at each moment, .csv")
    arguments.add_argument("--out-report", metavar="FILE", help=".json")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)
    if not (args.out_points or args.out_model):
        arguments.error("give --out-points, --out-model, or both")

    import numpy as np

    from aeot import files
    from aeot.checkpoint import Checkpoint
    from aeot.compute import device_name, select
    from aeot.errors import InputError
    from aeot.pointmodels.base import HISTORY
    from aeot.pointmodels.loading import load_fit
    from aeot.provenance import code_hash
    from aeot.registry import resolve_part

    if args.trials < 1:
        raise InputError(f"--trials must be at least 1, not {args.trials}.")
    kind = "model of points"
    part = resolve_part(POINT_MODELS, args.model, "settings:Settings", kind)
    settings = part.from_items(args.set)
    model = resolve_part(POINT_MODELS, args.model, "model:Model", kind)
    device = select(args.device, args.threads)
    points = files.load_matrix(args.points, args.array).astype(np.float32)
    key = {"settings": settings.model_dump(), "seed": args.seed, "trials": args.trials}
    key["data"] = files.file_digest(args.points)
    key["code"] = code_hash(__file__, [f"{POINT_MODELS[args.model]}.model"])
    checkpoint = Checkpoint(args.out_points or args.out_model, key)
    if args.fitted:
        result = load_fit(args.fitted, args.model, settings, args.trials, args.seed, device)
    else:
        result = model.fit(points, settings, args.trials, args.seed, device, checkpoint)
    report = {"model": args.model, "trials": args.trials, "device": device_name(device)}
    report |= {"seconds": result.history[-1]["seconds"], "fit": result.report}
    if args.out_points:
        files.save_arrays(args.out_points, **result.arrays())
        report["draw"] = result.last.report
    if args.out_history:
        files.save_rows(args.out_history, result.history, HISTORY)
    if args.out_report:
        files.save_json(args.out_report, report)
    if args.out_model:
        result.model.save(args.out_model)
    checkpoint.remove()


if __name__ == "__main__":
    cli.run(main)
