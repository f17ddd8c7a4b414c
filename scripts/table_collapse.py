"""Write Table 2: modes, quality and reverse KL of models of points, beside the published ones."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, summarise, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="all scores, .csv")
    arguments.add_argument(
        "--published", required=True, metavar="FILE", help="printed numbers, .csv"
    )
    arguments.add_argument("--out-csv", required=True, metavar="FILE", help="tidy rows")
    arguments.add_argument("--out-md", required=True, metavar="FILE", help="Markdown")
    arguments.add_argument("--out-tex", required=True, metavar="FILE", help="LaTeX (booktabs)")
    arguments.add_argument("--out-html", metavar="FILE", help="a page for the report")
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.collapse import COLUMNS
    from aeot.errors import InputError
    from aeot.tables import collapse, render
    from aeot.tables.published import PublishedNumbers

    records = files.load_rows(args.rows, *COLUMNS)
    if not records:
        raise InputError(f"{args.rows} has no rows; score at least one model first.")
    rows = collapse.collapse_summary(records, PublishedNumbers.load(args.published))
    table = collapse.collapse_table(rows)
    files.save_rows(args.out_csv, rows, collapse.COLUMNS)
    render.write(args.out_md, render.markdown(table))
    render.write(args.out_tex, render.latex(table))
    if args.out_html:
        render.write(args.out_html, render.page(table))


if __name__ == "__main__":
    cli.run(main)
