"""Search the hyper-parameters of a model of images, or train the best draw of a search again.

Every training is scored at checkpoints; one that diverges has a row that marks it. A killed search
resumes in the middle of a draw. If the number of draws is raised, only the new ones are trained:
finished ones are stored in `<out-rows>.finished.json`.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, train and score, write."""
    from aeot.models import IMAGE_MODELS
    from aeot.search.command import add_scoring, make_scorer, scoring_code

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--model", required=True, metavar="NAME", help=f"one of: {', '.join(IMAGE_MODELS)}"
    )
    arguments.add_argument("--train", required=True, metavar="FILE", help="training images, .npz")
    arguments.add_argument("--test", metavar="FILE", help="test images, for metric recall, .npz")
    arguments.add_argument(
        "--inversion-set", nargs="*", default=[], metavar="KEY=VALUE",
        help="settings of the search for test images in a model's range",
    )  # fmt: skip
    arguments.add_argument("--ranges", default="wide", choices=("wide", "narrow"), help="(wide)")
    arguments.add_argument(
        "--best-of", metavar="FILE", help="rows of a search, .csv, whose best draw is trained"
    )
    arguments.add_argument("--trainings", required=True, type=int, metavar="N", help="draws, seeds")
    arguments.add_argument(
        "--checkpoints", type=int, default=4, help="checkpoints of every training (default: 4)"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    add_scoring(arguments)
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.models.inversion_settings import InversionSettings
    from aeot.registry import resolve_part
    from aeot.search.rows import COLUMNS
    from aeot.search.run import Search
    from aeot.search.scored import Inverter
    from aeot.search.trials import draw_trials, rerun_trials

    if min(args.trainings, args.checkpoints) < 1:
        raise InputError("--trainings and --checkpoints must be at least 1.")
    base = resolve_part(IMAGE_MODELS, args.model, "settings:Settings", "model of images")
    base = base.from_items(args.set)
    kind = resolve_part(IMAGE_MODELS, args.model, "model:Model", "model of images")
    inversion = InversionSettings.from_items(args.inversion_set)
    if args.best_of:
        trials = rerun_trials(files.load_frame(args.best_of, *COLUMNS), args.trainings)
    else:
        trials = draw_trials(base, args.ranges, args.trainings)
    device = select(args.device, args.threads)
    images = torch.from_numpy(files.load_images(args.train)).to(device)
    inverter = None
    if args.test:
        test = files.load_images(args.test, tuple(images.shape[1:]))
        inverter = Inverter(torch.from_numpy(test).to(device), inversion)
    score = make_scorer(args, device, inverter=inverter)
    search = Search(kind, base, images, score, count=args.count, checkpoints=args.checkpoints,
                    seed=args.seed)  # fmt: skip
    key = {"code": scoring_code(args, __file__, f"{IMAGE_MODELS[args.model]}.model")}
    read = ("train", "real_features", *(["test"] if args.test else []))
    key |= score.key() | {name: files.file_digest(getattr(args, name)) for name in read}
    key |= {"manifold": [args.manifold, *args.manifold_set]} if args.manifold else {}
    files.save_rows(args.out_rows, search.run(trials, args.out_rows, key), COLUMNS)


if __name__ == "__main__":
    cli.run(main)
