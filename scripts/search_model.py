"""Search the hyper-parameters of a model of images, or train the best of a search again.

Every training is scored at checkpoints; one that diverges has a row that says so. A killed search
goes on in the middle of a draw. More draws train the new ones alone: what is finished lies in
`<out-rows>.finished.json`.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, train and score, write."""
    from aeot.features import EXTRACTORS
    from aeot.metrics import METRICS
    from aeot.models import IMAGE_MODELS

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(IMAGE_MODELS)}"
    )
    for name, what in (("train", "training images, .npz"), ("real-features", "of test images")):
        arguments.add_argument(f"--{name}", required=True, metavar="FILE", help=what)
    arguments.add_argument(
        "--extractor", required=True, metavar="NAME", help=f"one of: {', '.join(EXTRACTORS)}"
    )
    arguments.add_argument(
        "--extractor-set", nargs="*", default=[], metavar="KEY=VALUE", help="its settings"
    )
    arguments.add_argument(
        "--metrics", nargs="*", default=[], metavar="NAME={KEY: VALUE}",
        help="scores beside the Fréchet distance, with their settings as JSON",
    )  # fmt: skip
    arguments.add_argument("--ranges", default="wide", choices=("wide", "narrow"), help="(wide)")
    arguments.add_argument("--best-of", metavar="FILE", help="a search, .csv: its best draw")
    arguments.add_argument("--trainings", required=True, type=int, metavar="N", help="draws, seeds")
    arguments.add_argument("--checkpoints", type=int, default=4, help="of every training (4)")
    arguments.add_argument("--count", required=True, type=int, help="images scored at each")
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.provenance import code_hash
    from aeot.registry import resolve, resolve_part
    from aeot.search.rows import COLUMNS
    from aeot.search.run import Search
    from aeot.search.scored import Scorer, chosen_metrics
    from aeot.search.trials import draw_trials, rerun_trials

    if min(args.trainings, args.checkpoints) < 1 or args.count < 2:
        raise InputError("--trainings and --checkpoints must be at least 1, --count at least 2.")
    base = resolve_part(IMAGE_MODELS, args.model, "settings:Settings", "model of images")
    base = base.from_items(args.set)
    kind = resolve_part(IMAGE_MODELS, args.model, "model:Model", "model of images")
    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.extractor_set)
    metrics = chosen_metrics(args.metrics)
    if args.best_of:
        trials = rerun_trials(files.load_frame(args.best_of, *COLUMNS), args.trainings)
    else:
        trials = draw_trials(base, args.ranges, args.trainings)
    device = select(args.device, args.threads)
    images = torch.from_numpy(files.load_images(args.train)).to(device)
    score = Scorer(extractor, metrics, files.load_matrix(args.real_features, "features"), device)
    search = Search(kind, base, images, score, count=args.count, checkpoints=args.checkpoints,
                    seed=args.seed)  # fmt: skip
    parts = [f"{IMAGE_MODELS[args.model]}.model", EXTRACTORS[args.extractor]]
    parts += [METRICS[name] for name in metrics]
    key = {"code": code_hash(__file__, [part.partition(":")[0] for part in parts])} | score.key()
    key |= {name: files.file_digest(getattr(args, name)) for name in ("train", "real_features")}
    files.save_rows(args.out_rows, search.run(trials, args.out_rows, key), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
