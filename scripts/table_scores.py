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
        "--published", required=True, metavar="FILE", help="printed numbers, .csv"
    )
    arguments.add_argument("--out-csv", required=True, metavar="FILE", help="tidy rows")
    arguments.add_argument("--out-md", required=True, metavar="FILE", help="Markdown")
    arguments.add_argument("--out-tex", required=True, metavar="FILE", help="LaTeX (booktabs)")
    arguments.add_argument("--out-html", metavar="FILE", help="a page for the report")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.errors import InputError
    from aeot.tables import render, scores
    from aeot.tables.published import PublishedNumbers

    ours = files.load_rows(args.scores, *scores.SCORES)
    if not ours:
        raise InputError(f"{args.scores} has no rows; score at least one model first.")
    rows = scores.score_rows(ours, PublishedNumbers.load(args.published))
    table = scores.score_table(rows)
    files.save_rows(args.out_csv, rows, scores.COLUMNS)
    render.write(args.out_md, render.markdown(table))
    render.write(args.out_tex, render.latex(table))
    if args.out_html:
        render.write(args.out_html, render.page(table))


if __name__ == "__main__":
    cli.run(main)
