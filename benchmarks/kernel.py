"""Time the kernel against the bare matrix products of the same scores, alternately.

The products are timed in large tiles, which all threads share, and on the CPU in the kernel's own
tiles too; the faster counts. A ratio of 1 would be a search for the highest plane that costs
nothing; crossed halves, on the CPU, cost less than the products that they save. On CUDA the share
of the card's arithmetic peak can be had from the column of bare products.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from aeot import files
from aeot.compute import device_name, select
from aeot.transport import cells
from aeot.transport.cells import Planes

_SCORES, _WIDTH = 1 << 23, 8192  # of a large tile, and planes in it at most
_MET = 16  # right halves that a left one meets
SHAPES = [(2, 512), (16, 2_000), (64, 10_000), (64, 60_000), (128, 60_000), (512, 20_000)]
COLUMNS = [
    "dimension", "count", "samples", "product_ns", "best_ns", "best_two_ns", "best_ratio",
    "best_two_ratio", "crossed_ns", "crossed_ratio", "device",
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
        best, two, *others = (1e9 * t / (samples * count) for t in times)
        crossed = others.pop() if device.type == "cpu" else None
        bare = min(others)
        row = [dimension, count, samples, f"{bare:.3f}", f"{best:.3f}", f"{two:.3f}",
               f"{best / bare:.2f}", f"{two / bare:.2f}",
               "" if crossed is None else f"{crossed:.3f}",
               "" if crossed is None else f"{crossed / bare:.2f}", device_name(device)]  # fmt: skip
        rows.append(dict(zip(COLUMNS, row, strict=True)))
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()))
    files.save_rows(args.out_rows, rows, COLUMNS)


def _times(
    dimension: int, count: int, samples: int, device: torch.device, rounds: int
) -> list[float]:
    """Median seconds of `best`, `best_two`, the bare products and, on the CPU, crossed halves."""
    generator = torch.Generator().manual_seed(0)
    # Planes are compared in double precision where few dimensions crowd them.
    dtype = torch.float64 if dimension <= 3 else torch.float32
    y = torch.randn(count, dimension, generator=generator, dtype=dtype).to(device)
    x = torch.randn(samples, dimension, generator=generator, dtype=dtype).to(device)
    planes = Planes(y)
    planes.set_heights(-y.double().square().sum(dim=1) / 2)
    matrix = torch.cat([y.T, y.T[:1]]).contiguous()
    augmented = torch.cat([x, x[:, :1]], dim=1)
    width = min(count, _WIDTH)
    tile = torch.empty(_SCORES, dtype=dtype, device=device)

    def large() -> None:
        for rows in augmented.split(_SCORES // width):
            for start in range(0, count, width):
                part = matrix[:, start : start + width]
                out = tile[: len(rows) * part.shape[1]].view(len(rows), -1)
                torch.mm(rows, part, out=out)

    def own() -> None:
        cells._in_stripes(samples, cells._STRIPE, lambda rows: _products(matrix, augmented[rows]))

    work: list[Callable[[], object]] = [lambda: planes.best(x), lambda: planes.best_two(x), large]
    if device.type == "cpu":
        left = samples // _MET
        halves = x[:left, ::2], x[: left + _MET - 1, 1::2]
        split = slice(0, None, 2), slice(1, None, 2)
        work += [own, lambda: planes.crossed(halves, split, second=False)]
    seconds: list[list[float]] = [[] for _ in work]
    for _ in range(rounds):
        for taken, run in zip(seconds, work, strict=True):
            run()  # its own buffers into the caches: the others have just pushed them out
            _wait(device)
            begin = time.perf_counter()
            run()
            _wait(device)
            taken.append(time.perf_counter() - begin)
    return [statistics.median(taken) for taken in seconds]


def _products(matrix: torch.Tensor, x: torch.Tensor) -> list[NDArray[np.generic]]:
    """Multiply as the kernel does, and look at nothing."""
    tile = torch.empty(cells._TILE, len(x), dtype=x.dtype)
    for start in range(0, matrix.shape[1], cells._TILE):
        part = matrix[:, start : start + cells._TILE].T
        torch.mm(part, x.T, out=tile[: len(part)])
    return [np.zeros(0), np.zeros(0)]


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
