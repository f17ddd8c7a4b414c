"""Time the kernel and the bare matrix products of the same scores, alternately.

The products are timed in large tiles, which all threads share, and on the CPU also in the kernel's
own tiles; the faster one counts. A ratio of 1 would mean that the search for the highest plane
takes no time; crossed halves take less time than the products that they save (on CUDA that is not
measured). On CUDA, the share of the arithmetic peak follows from the column of bare products.
"""

import argparse
import math
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

SHAPES = [(2, 512), (16, 2_000), (64, 10_000), (64, 60_000), (128, 60_000), (512, 20_000)]
COLUMNS = [
    "dimension", "count", "samples", "product_ns", "best_ns", "best_ratio", "best_two_ns",
    "best_two_ratio", "crossed_ns", "crossed_ratio", "device",
]  # fmt: skip
Work = dict[str, Callable[[], object]]


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
        _, _, work = prepare(dimension, count, samples, device)
        times = medians(work, samples * count, args.rounds, device)
        bare = min(times.pop("large"), times.pop("own", math.inf))
        row = [dimension, count, samples, f"{bare:.3f}"]
        for name in ("best", "best_two", "crossed"):
            row += [f"{times[name]:.3f}", f"{times[name] / bare:.2f}"]
        row.append(device_name(device))
        rows.append(dict(zip(COLUMNS, row, strict=True)))
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()))
    files.save_rows(args.out_rows, rows, COLUMNS)


def prepare(
    dimension: int, count: int, samples: int, device: torch.device
) -> tuple[Planes, torch.Tensor, Work]:
    """Make planes over `count` Gaussian points, as many samples, and what is timed on them.

    Returns:
        The planes, samples (m, d) on the device, and functions by name: of the kernel `best`,
        `best_two`, `crossed` and `crossed_two`, which cross halves of as many samples as the
        others have whole ones; of the bare products `large` and, on the CPU, `own`.
    """
    generator = torch.Generator().manual_seed(0)
    # Planes are compared in double precision if they are crowded in few dimensions.
    dtype = torch.float64 if dimension <= 3 else torch.float32
    y = torch.randn(count, dimension, generator=generator, dtype=dtype).to(device)
    x = torch.randn(samples, dimension, generator=generator, dtype=dtype).to(device)
    split = slice(0, None, 2), slice(1, None, 2)
    planes = Planes(y, split)
    planes.set_heights(-y.double().square().sum(dim=1) / 2)
    matrix = torch.cat([y.T, y.T[:1]]).contiguous()
    augmented = torch.cat([x, x[:, :1]], dim=1)
    width = min(count, cells._COLUMNS)
    tile = torch.empty(cells._SCORES, dtype=dtype, device=device)

    def large() -> None:
        for rows in augmented.split(cells._SCORES // width):
            for start in range(0, count, width):
                part = matrix[:, start : start + width]
                out = tile[: len(rows) * part.shape[1]].view(len(rows), -1)
                torch.mm(rows, part, out=out)

    def own() -> None:
        cells._in_stripes(samples, cells._STRIPE, lambda rows: _products(matrix, augmented[rows]))

    left = samples // cells.MET
    halves = x[:left, split[0]], x[: left + cells.MET - 1, split[1]]
    work: Work = {
        "best": lambda: planes.best(x), "best_two": lambda: planes.best_two(x), "large": large,
        "crossed": lambda: planes.crossed(halves, second=False),
        "crossed_two": lambda: planes.crossed(halves, second=True),
    }  # fmt: skip
    if device.type == "cpu":
        work["own"] = own
    return planes, x, work


def medians(work: Work, scores: int, rounds: int, device: torch.device) -> dict[str, float]:
    """Median nanoseconds per score of some functions that each make `scores` of them, by name."""
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            run()  # load its own buffers into the caches again
            _wait(device)
            begin = time.perf_counter()
            run()
            _wait(device)
            seconds[name].append(time.perf_counter() - begin)
    return {name: 1e9 * statistics.median(taken) / scores for name, taken in seconds.items()}


def _products(matrix: torch.Tensor, x: torch.Tensor) -> list[NDArray[np.generic]]:
    """Multiply as the kernel does, without searching the scores."""
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
