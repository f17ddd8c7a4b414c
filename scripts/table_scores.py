"""Write Table 4: the scores of every model, ours beside the published FID.

Reads the scores of all data sets, models, seeds and feature extractors and writes one table as
CSV (tidy, all digits), Markdown, LaTeX and HTML.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, summarise, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--scores", required=True, metavar="FILE", help="all scores, .csv")
    arguments.add_argument(
        "--progress", metavar="FILE", help="adds training seconds: the collection `progress`"
    )
    arguments.add_argument(
        "--models", nargs="+", metavar="NAME", help="rows of the table (default: all)"
    )
    arguments.add_argument(
        "--singular",
        nargs="*",
        default=[],
        metavar="DATASET/ROW=HOW",
        help="what becomes of singular source samples in rows of AE-OT: reject, redraw or plain",
    )
    arguments.add_argument(
        "--metrics", nargs="*", metavar="NAME", help="whose columns may be shown (default: all)"
    )
    cli.add_table(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.errors import InputError
    from aeot.labels import SINGULAR
    from aeot.layout import parse_pairs
    from aeot.metrics import METRICS
    from aeot.tables import render, scores
    from aeot.tables.published import PublishedNumbers

    ours = files.load_frame(args.scores, *scores.SCORES)
    if args.models:
        ours = ours[ours["model"].isin(args.models)]
    if ours.empty:
        raise InputError(f"{args.scores} has no rows; score at least one model first.")
    progress = files.load_frame(args.progress, *scores.PROGRESS) if args.progress else None
    rows = scores.score_rows(ours, PublishedNumbers.load(args.published), progress)
    singular = {}
    for key, how in parse_pairs(args.singular, "--singular").items():
        dataset, _, row = key.partition("/")
        if not row or how not in SINGULAR:
            raise InputError(
                f"--singular takes DATASET/ROW=HOW words, HOW being one of "
                f"{', '.join(SINGULAR)}; not {key}={how}."
            )
        singular[dataset, row] = how
    table = scores.score_table(rows, singular, METRICS if args.metrics is None else args.metrics)
    files.save_frame(args.out_csv, rows)
    render.write_forms(table, args.out_md, args.out_tex, args.out_html)


if __name__ == "__main__":
    cli.run(main)
