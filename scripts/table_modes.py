"""Write Table 2: modes, quality and reverse KL of models of points, beside the published ones."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, summarise, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="all scores, .csv")
    arguments.add_argument(
        "--singular",
        nargs="*",
        default=[],
        metavar="ROW=HOW",
        help="what becomes of singular source samples in rows of AE-OT: reject, redraw or plain",
    )
    cli.add_table(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves.modes import COLUMNS
    from aeot.errors import InputError
    from aeot.labels import SINGULAR
    from aeot.layout import parse_pairs
    from aeot.tables import modes, render
    from aeot.tables.published import PublishedNumbers

    records = files.load_frame(args.rows, *COLUMNS)
    if records.empty:
        raise InputError(f"{args.rows} has no rows; score at least one model first.")
    rows = modes.collapse_summary(records, PublishedNumbers.load(args.published))
    singular = parse_pairs(args.singular, "--singular")
    for row, how in singular.items():
        if how not in SINGULAR:
            raise InputError(
                f"--singular takes ROW=HOW words, HOW being one of {', '.join(SINGULAR)}; "
                f"not {row}={how}."
            )
    table = modes.collapse_table(rows, singular)
    files.save_frame(args.out_csv, rows)
    render.write_forms(table, args.out_md, args.out_tex, args.out_html)


if __name__ == "__main__":
    cli.run(main)
