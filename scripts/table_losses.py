"""Write Table 1: the autoencoder's loss before and after freezing, ours beside published.

Reads the report.json files of the autoencoders (results/DATASET/autoencoder/seedN/report.json:
the path says which data set and seed a report belongs to) and writes one table as CSV (tidy, all
digits), Markdown, LaTeX and HTML.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, summarise, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--reports", required=True, nargs="+", metavar="FILE", help="report.json"
    )
    arguments.add_argument(
        "--sources",
        nargs="*",
        default=[],
        metavar="DATASET=SOURCE",
        help="data sets of cases that have another name (default: a case's own name)",
    )
    cli.add_table(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.layout import parse_pairs, path_keys
    from aeot.tables import losses, render
    from aeot.tables.published import PublishedNumbers

    sources = parse_pairs(args.sources, "--sources")
    runs = []
    for path in args.reports:
        keys = path_keys(path, losses.LAYOUT)
        source = sources.get(keys["dataset"], keys["dataset"])
        runs.append(losses.Run(keys["dataset"], source, keys["seed"], files.load_json(path)))
    rows = losses.loss_rows(runs, PublishedNumbers.load(args.published))
    table = losses.loss_table(rows)
    files.save_frame(args.out_csv, rows)
    render.write_forms(table, args.out_md, args.out_tex, args.out_html)


if __name__ == "__main__":
    cli.run(main)
