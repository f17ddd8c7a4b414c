"""Score pictures of any origin: a folder of them against a folder of real ones.

Both are read in the same way: cropped to a square, resized to one size, and compared by the
features of a network. The real pictures should be unknown to the model; if those on which it was
trained are given as --train, the scores also show whether it copies them. An .npz of images, as
the workflow writes it, may replace a folder. Standard errors are estimated by a jackknife over 10
groups of pictures.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, read, extract, score, print and write."""
    from aeot.features import EXTRACTORS
    from aeot.metrics import METRICS

    default = ["fid", "fidinf", "kid", "prd", "coverage"]
    arguments = cli.parser(__doc__)
    arguments.add_argument("--real", required=True, metavar="FOLDER", help="real pictures")
    arguments.add_argument("--fake", required=True, metavar="FOLDER", help="pictures to be scored")
    arguments.add_argument("--train", metavar="FOLDER", help="training pictures of the model")
    arguments.add_argument(
        "--metrics", nargs="+", default=None, choices=METRICS, metavar="NAME",
        help=f"of: {', '.join(METRICS)} (default: {' '.join(default)}, and copying with --train)",
    )  # fmt: skip
    arguments.add_argument(
        "--extractor", default="efficientnetlite0", metavar="NAME",
        help=f"one of: {', '.join(EXTRACTORS)} (default: efficientnetlite0)",
    )  # fmt: skip
    arguments.add_argument(
        "--size", type=int, metavar="PIXELS", help="side (default: as the first scored picture)"
    )
    arguments.add_argument(
        "--crop", default="centre", choices=("centre", "pad", "stretch", "none"),
        help="how a picture is made square (default: centre)",
    )  # fmt: skip
    arguments.add_argument(
        "--channels", type=int, default=3, choices=(1, 3), help="1: grey, 3: colour (default: 3)"
    )
    arguments.add_argument(
        "--count", type=int, metavar="N", help="number of scored pictures of each (default: all)"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="scores, .csv")
    arguments.add_argument(
        "--out-sheet", metavar="FILE", help="pairs of scored pictures and the training "
        "pictures (without --train: real pictures) to which they are nearest, .png"
    )  # fmt: skip
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    from aeot import files, folders
    from aeot.compute import select
    from aeot.features.extraction import extract
    from aeot.registry import resolve

    names = args.metrics or [*default, *(["copying"] if args.train else [])]
    extractor = resolve(EXTRACTORS, args.extractor, "extractor").from_items(args.set)
    metrics, more = folders.choose_metrics(names, bool(args.train), extractor)
    device = select(args.device, args.threads)
    places = {"fake": args.fake, "real": args.real} | ({"train": args.train} if args.train else {})
    images = folders.read_all(places, args.size, args.crop, args.channels, args.count, args.seed)
    sets = {name: extract(extractor, part, device) for name, part in images.items()}
    more |= {"images": images["fake"]}
    rows = folders.score_with_errors(metrics, sets | more, args.seed, device)
    if args.out_sheet:
        folders.save_sheet(args.out_sheet, images, sets, device)
    files.save_rows(args.out_rows, rows, folders.COLUMNS)
    print(folders.format_rows(rows))


if __name__ == "__main__":
    cli.run(main)
