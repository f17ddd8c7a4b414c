"""Write the table of fidelity at equal novelty: who wins, and by how much."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, read the curves at the levels, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="all curves' scores")
    arguments.add_argument(
        "--ours", nargs="*", default=[], metavar="CURVE", help="the curves that are AE-OT's"
    )
    arguments.add_argument(
        "--sources",
        nargs="*",
        default=[],
        metavar="DATASET=SOURCE",
        help="data sets of cases that have another name (default: a case's own name)",
    )
    cli.add_table(arguments, published=False)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.curves import frontier as curves
    from aeot.errors import InputError
    from aeot.layout import parse_pairs
    from aeot.tables import frontier, render

    records = files.load_frame(args.rows, *curves.COLUMNS)
    if records.empty:
        raise InputError(f"{args.rows} has no rows; score at least one curve first.")
    sources = parse_pairs(args.sources, "--sources")
    rows = frontier.frontier_summary(records, sources, args.ours)
    files.save_frame(args.out_csv, rows)
    render.write_forms(frontier.frontier_table(rows), args.out_md, args.out_tex, args.out_html)


if __name__ == "__main__":
    cli.run(main)
