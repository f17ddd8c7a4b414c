"""Write a table: ours beside the published numbers.

Tidy rows with all digits as CSV, and the same as Markdown, LaTeX and HTML.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, summarise, write."""
    from aeot.tables import TABLES

    arguments = cli.parser(__doc__)
    arguments.add_argument(
        "--table", required=True, metavar="NAME", help=f"one of: {', '.join(TABLES)}"
    )
    arguments.add_argument(
        "--files", required=True, nargs="+", metavar="NAME=FILE",
        help="input files; a name may occur several times",
    )  # fmt: skip
    arguments.add_argument("--out-csv", required=True, metavar="FILE", help="tidy rows")
    arguments.add_argument("--out-md", required=True, metavar="FILE", help="Markdown")
    arguments.add_argument("--out-tex", required=True, metavar="FILE", help="LaTeX (booktabs)")
    arguments.add_argument("--out-html", metavar="FILE", help="a page for the report")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.files import save_frame
    from aeot.layout import parse_lists
    from aeot.registry import resolve
    from aeot.tables.render import write_forms

    table, files = resolve(TABLES, args.table, "table"), parse_lists(args.files, "--files")
    settings = table.from_items(args.set)
    settings.check(files)
    rows, layout = settings.build(files)
    save_frame(args.out_csv, rows)
    write_forms(layout, args.out_md, args.out_tex, args.out_html)


if __name__ == "__main__":
    cli.run(main)
