"""Check whether two folders of results are the same, apart from measured seconds.

Tables, reports, arrays, networks and pictures are compared by content; logs and benchmarks are not.
If anything differs, it is listed and the exit status is 1.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, compare, report."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--first", required=True, metavar="FOLDER", help="results of one run")
    arguments.add_argument("--second", required=True, metavar="FOLDER", help="and of another")
    args = arguments.parse_args(argv)

    from pathlib import Path

    from aeot.comparison import differences
    from aeot.errors import InputError

    found = differences(Path(args.first), Path(args.second))
    if found:
        listed = "\n".join(f"  {line}" for line in found)
        raise InputError(f"{args.first} and {args.second} are not the same:\n{listed}")
    print(f"{args.first} and {args.second} are the same.")


if __name__ == "__main__":
    cli.run(main)
