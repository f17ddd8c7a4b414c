"""Draw the singular set along segments: pictures over angles, and crossings by threshold."""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, draw."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--rows", required=True, metavar="FILE", help="trace_segments' points")
    arguments.add_argument("--shares", required=True, metavar="FILE", help="its crossings, .csv")
    arguments.add_argument("--images", required=True, metavar="FILE", help="its pictures, .npz")
    arguments.add_argument("--title", required=True, help="shown above the figure")
    arguments.add_argument("--out-figure", required=True, metavar="FILE", help=".png")
    cli.add_settings(arguments)
    args = arguments.parse_args(argv)

    from aeot import files
    from aeot.charts.segments import draw_segments
    from aeot.curves.segments import SHARE_COLUMNS, TRACE_COLUMNS
    from aeot.figure_settings import SegmentsFigure
    from aeot.figures import save

    settings = SegmentsFigure.from_items(args.set)
    trace = files.load_rows(args.rows, *TRACE_COLUMNS)
    shares = files.load_rows(args.shares, *SHARE_COLUMNS)
    images = files.load_images(args.images)
    save(draw_segments(trace, shares, images, args.title, settings), args.out_figure)


if __name__ == "__main__":
    cli.run(main)
