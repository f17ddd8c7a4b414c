"""Draw the samples' scores against the transport's mass error."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="of compute_certificate")
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot.charts.certificate import draw_certificate
    from aeot.figure_settings import CertificateFigure
    from aeot.figures import save
    from aeot.files import load_rows

    settings = CertificateFigure.from_items(args.set)
    rows = load_rows(args.rows, "model", "mass_error", "fd", "f8", "novelty")
    save(draw_certificate(rows, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
