"""Render the pages of results from the committed rows: tables, findings, figures and the matrix.

Pages go beside the matrix, one for each folder of rows that has a `page.yaml`.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, render, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--measured", required=True, metavar="FOLDER", help="committed rows")
    arguments.add_argument("--published", required=True, metavar="FILE", help="printed numbers")
    arguments.add_argument(
        "--matrix", required=True, metavar="FILE", help="what is reproduced, .yaml"
    )
    args = arguments.parse_args(argv)

    from pathlib import Path

    from aeot.results.render import render
    from aeot.tables.render import write

    matrix = Path(args.matrix)
    for name, text in render(Path(args.measured), Path(args.published), matrix).items():
        write(matrix.parent / name, text)


if __name__ == "__main__":
    cli.run(main)
