"""Time the kernel against the bare matrix products of the same tiles, alternately.

A ratio of 1 would be a search for the highest plane that costs nothing. On CUDA the share of the
card's arithmetic peak can be had from the column of bare products.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch

from aeot import files
from aeot.compute import device_name, select
from aeot.transport.cells import Planes

SHAPES = [(2, 512), (16, 2_000), (64, 10_000), (64, 60_000), (128, 60_000), (512, 20_000)]
COLUMNS = [
    "dimension", "count", "samples", "product_ns", "best_ns", "best_two_ns", "best_ratio",
    "best_two_ratio", "device",
]  # fmt: skip


def main(argv: list[str] | None = None) -> None:
    """Parse, time, write and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kernel", description=__doc__)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9, help="alternations; medians are taken")
    parser.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = parser.parse_args(argv)
    device = select(args.device, args.threads)
    rows = []
    for dimension, count in SHAPES:
        samples = max(2048, min(1 << 16, (1 << 27) // count))
        times = _times(dimension, count, samples, device, args.rounds)
        bare, best, two = (1e9 * t / (samples * count) for t in times)
        row = [dimension, count, samples, f"{bare:.3f}", f"{best:.3f}", f"{two:.3f}",
               f"{best / bare:.2f}", f"{two / bare:.2f}", device_name(device)]  # fmt: skip
        rows.append(dict(zip(COLUMNS, row, strict=True)))
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()))
    files.save_rows(args.out_rows, rows, COLUMNS)


def _times(
    dimension: int, count: int, samples: int, device: torch.device, rounds: int
) -> list[float]:
    """Median seconds of the bare products, of `best` and of `best_two`."""
    generator = torch.Generator().manual_seed(0)
    # Planes are compared in double precision where few dimensions crowd them.
    dtype = torch.float64 if dimension <= 3 else torch.float32
    y = torch.randn(count, dimension, generator=generator, dtype=dtype).to(device)
    x = torch.randn(samples, dimension, generator=generator, dtype=dtype).to(device)
    planes = Planes(y)
    planes.set_heights(-y.double().square().sum(dim=1) / 2)
    matrix = torch.cat([y.T, y.T[:1]]).contiguous()
    augmented = torch.cat([x, x[:, :1]], dim=1)
    tile = torch.empty(planes._rows * planes._columns, dtype=dtype, device=device)

    def product() -> None:
        for rows in augmented.split(planes._rows):
            for start in range(0, count, planes._columns):
                part = matrix[:, start : start + planes._columns]
                out = tile[: len(rows) * part.shape[1]].view(len(rows), -1)
                torch.mm(rows, part, out=out)

    work: list[Callable[[], object]] = [
        product, lambda: planes.best(x), lambda: planes.best_two(x)
    ]  # fmt: skip
    seconds: list[list[float]] = [[] for _ in work]
    for _ in range(rounds):
        for own, run in zip(seconds, work, strict=True):
            run()  # its own buffers into the caches: the others have just pushed them out
            _wait(device)
            begin = time.perf_counter()
            run()
            _wait(device)
            own.append(time.perf_counter() - begin)
    return [statistics.median(own) for own in seconds]


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
