"""Measure the time of one step of the descent, and the memory, against the number of codes.

Every count runs in a separate process with its own peak of memory. The batch is the same for all
counts, so only the work per sample grows.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from aeot import files
from aeot.figures import BLUE, GREY, VERMILLION, label_log_axis, new_figure, save

COLUMNS = ["count", "dimension", "batch", "step_seconds", "prepare_seconds", "peak_gb", "threads"]
COUNTS = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]


def main(argv: list[str] | None = None) -> None:
    """Parse; measure one count, or all of them and draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--counts", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out-rows", metavar="FILE", help=".csv")
    parser.add_argument("--out-figure", metavar="FILE", help=".png")
    args = parser.parse_args(argv)
    if args.out_rows is None:
        print(json.dumps(measure(args.counts[0], args)))
        return
    rows = []
    for count in args.counts:
        words = [f"--{name}={getattr(args, name)}" for name in
                 ("dimension", "batch", "steps", "threads")]  # fmt: skip
        command = [sys.executable, "-m", "benchmarks.scale", "--counts", str(count), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(rows[-1], flush=True)
        files.save_rows(args.out_rows, rows, COLUMNS)
    if args.out_figure:
        _draw(rows, args.out_figure)


def measure(count: int, args: argparse.Namespace) -> dict[str, float]:
    """Build the problem of `count` Gaussian codes and take a few steps."""
    import numpy as np
    import torch

    from aeot.ranks import Ranks
    from aeot.transport import descent
    from aeot.transport.problem import Problem
    from aeot.transport.start import start

    torch.set_num_threads(args.threads)
    descent._LEAST_BATCH = descent._FULL_BATCH = args.batch
    codes = np.random.default_rng(0).standard_normal((count, args.dimension), dtype=np.float32)
    begin = time.perf_counter()
    problem = Problem.build(codes, None, "uniform")
    state = descent.Descent(problem, start(problem), 0, torch.device("cpu"))
    prepared, seconds = time.perf_counter() - begin, []
    for _ in range(args.steps):
        begin = time.perf_counter()
        state.advance(Ranks(), rough=True)
        seconds.append(time.perf_counter() - begin)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    values = [count, args.dimension, args.batch, statistics.median(seconds), prepared, peak,
              args.threads]  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _draw(rows: list[dict[str, float]], path: str | Path) -> None:
    figure = new_figure(7.4, 3.2, 160, "constrained")
    count = [row["count"] for row in rows]
    left, right = figure.subplots(1, 2)
    step = [row["step_seconds"] for row in rows]
    left.plot(count, step, color=VERMILLION, marker="o")
    line = [step[-1] * n / count[-1] for n in count]
    left.plot(count, line, color=GREY, linestyle=":", label="proportional to N")
    left.set(xscale="log", yscale="log", xlabel="Codes N", ylabel="Seconds")
    left.set_title(f"a step of {int(rows[0]['batch']):,} samples", loc="left")
    left.legend()
    right.plot(count, [row["peak_gb"] for row in rows], color=BLUE, marker="o")
    right.set(xscale="log", xlabel="Codes N", ylabel="GiB", ylim=(0, None))
    right.set_title("peak memory of the process", loc="left")
    label_log_axis(left.yaxis)
    save(figure, path)


if __name__ == "__main__":
    main()
