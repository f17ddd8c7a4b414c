"""Print the command that produced a result, from the record beside it.

Run it in the same folder as the original command, the one that contains `results`. Differences from
the machine and the code that produced the result are reported on stderr.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, find the record, print."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--result", required=True, metavar="FILE", help="any file of results/")
    args = arguments.parse_args(argv)

    import shlex
    import sys

    from aeot.provenance import SCRIPTS, changes, record_of

    record = record_of(args.result)
    for change in changes(record):
        cli.log.warning("%s", change)
    script, *words = record["command"]
    print(shlex.join([sys.executable, str(SCRIPTS / script), *words]))


if __name__ == "__main__":
    cli.run(main)
