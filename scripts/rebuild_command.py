"""Print the command that made a result, from the record beside it.

It is to be run where the first one ran: in the folder that holds `results`. What differs here from
the machine and the code that made the result is said on stderr.
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
