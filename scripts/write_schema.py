"""Write the JSON schema of the configuration, for editors that complete and check YAML keys."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, write."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--schema", required=True, metavar="FILE", help="output file, .json")
    args = arguments.parse_args(argv)

    from aeot.config import Config
    from aeot.files import save_json

    save_json(args.schema, Config.model_json_schema())


if __name__ == "__main__":
    cli.run(main)
