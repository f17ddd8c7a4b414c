"""Render the pages of results from the committed rows: tables, findings, figures and the matrix.

Pages are written beside the matrix, one for each folder of rows that has a `page.yaml`. The
headline is inserted between its marks in the page that --readme names.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, render, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--measured", required=True, metavar="FOLDER", help="committed rows")
    arguments.add_argument("--published", required=True, metavar="FILE", help="printed numbers")
    arguments.add_argument(
        "--matrix", required=True, metavar="FILE", help="list of what is reproduced, .yaml"
    )
    arguments.add_argument("--readme", required=True, metavar="FILE", help="page with a headline")
    args = arguments.parse_args(argv)

    from pathlib import Path

    from aeot.results.render import render
    from aeot.tables.render import write

    given = map(Path, (args.measured, args.published, args.matrix, args.readme))
    for path, text in render(*given).items():
        write(path, text)


if __name__ == "__main__":
    cli.run(main)
