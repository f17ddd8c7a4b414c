"""Follow segments of the source through the power cells: where does the optimal map jump?

Writes one row per segment, the share of segments that cross a threshold, and, for the segments with
the largest and the smallest jump, every point, decoded images at equal distances, and the decoded
image of every cell that they pass.
"""

from aeot import cli


def main(argv: list[str] | None = None) -> None:
    """Parse, follow, decode, save."""
    arguments = cli.parser(__doc__)
    arguments.add_argument("--transport", required=True, metavar="FILE", help=".npz")
    arguments.add_argument("--autoencoder", required=True, metavar="FILE", help=".pt")
    arguments.add_argument(
        "--pictures", type=int, default=8, metavar="N", help="pictures per segment (default: 8)"
    )
    arguments.add_argument("--out-rows", required=True, metavar="FILE", help="segments, .csv")
    arguments.add_argument("--out-shares", required=True, metavar="FILE", help="crossings, .csv")
    arguments.add_argument("--out-trace", required=True, metavar="FILE", help="points, .csv")
    arguments.add_argument("--out-images", required=True, metavar="FILE", help="pictures, .npz")
    cli.add_settings(arguments)
    cli.add_seed(arguments)
    cli.add_compute(arguments)
    args = arguments.parse_args(argv)

    import numpy as np
    import torch

    from aeot import files
    from aeot.compute import select
    from aeot.curves import segments
    from aeot.errors import InputError
    from aeot.models.aeot.segment_settings import SegmentSettings
    from aeot.models.aeot.singular import trace
    from aeot.models.autoencoder.model import Model as Autoencoder
    from aeot.transport.map import TransportMap

    settings = SegmentSettings.from_items(args.set)
    if not 2 <= args.pictures <= settings.points:
        raise InputError(f"--pictures must be 2 to {settings.points}, not {args.pictures}.")
    device = select(args.device, args.threads)
    transport = TransportMap.load(args.transport)
    autoencoder = Autoencoder.load(args.autoencoder, device)
    found = trace(transport, settings, args.seed, device)
    places = np.linspace(0, settings.points - 1, args.pictures).round().astype(int)
    chosen = list(segments.chosen(found.angles).values())
    shown = [found.cells[number][places] for number in chosen]
    codes = torch.from_numpy(transport.support[np.concatenate(shown)]).to(device)
    files.save_rows(args.out_rows, segments.segment_rows(found.angles), segments.COLUMNS)
    files.save_rows(args.out_shares, segments.share_rows(found.angles), segments.SHARE_COLUMNS)
    rows = segments.trace_rows(found.cells, found.angles)
    files.save_rows(args.out_trace, rows, segments.TRACE_COLUMNS)
    passed = np.unique([found.cells[number] for number in chosen])
    of_cells = torch.from_numpy(transport.support[passed]).to(device)
    files.save_arrays(
        args.out_images,
        images=autoencoder.decode(codes).cpu().numpy(),
        cells=passed,
        cell_images=autoencoder.decode(of_cells).cpu().numpy(),
    )


if __name__ == "__main__":
    cli.run(main)
