"""Time solves after a change of the codes, alternately from the old heights and without them."""

import argparse
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch

from aeot import files
from aeot.compute import device_name
from aeot.results.peers import TOLERANCE
from aeot.seeding import numpy_generator
from aeot.transport import TransportSettings, solve
from aeot.transport.problem import Matrix
from benchmarks.problems import make

COLUMNS = ["change", "count", "dimension", "rounds", "warm_seconds", "cold_seconds", "ratio",
           "warm_samples", "cold_samples", "threads", "device"]  # fmt: skip
CHANGES = ("none", "moved 0.01", "moved 0.1", "added 0.01", "added 0.1")


def main(argv: list[str] | None = None) -> None:
    """Parse, time, write and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm", description=__doc__)
    parser.add_argument("--problem", default="mixture16", help="its name in benchmarks.problems")
    parser.add_argument("--size", type=int, default=2000, help="codes")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="alternations; medians are taken")
    parser.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    codes = make(args.problem, 0, args.size)
    settings = TransportSettings(tolerance=TOLERANCE)
    solve(codes[:100], settings=TransportSettings(tolerance=1.0))  # compiled code is loaded
    old = solve(codes, settings=settings).transport
    rows = []
    for change in CHANGES:
        warm, cold = [], []
        for turn in range(args.rounds):
            other = _changed(codes, change, args.problem, turn)
            begin = time.process_time()
            initial = old.heights_for(other, seed=turn)
            report = solve(other, settings=settings, seed=turn, initial=initial).report
            warm.append((time.process_time() - begin, report["source_samples"]))
            begin = time.process_time()
            report = solve(other, settings=settings, seed=turn).report
            cold.append((time.process_time() - begin, report["source_samples"]))
        (a, n), (b, m) = (
            [median(column) for column in zip(*rs, strict=True)] for rs in (warm, cold)
        )
        ratio = median(c[0] / w[0] for w, c in zip(warm, cold, strict=True))
        values = (change, *codes.shape, args.rounds, f"{a:.2f}", f"{b:.2f}", f"{ratio:.2f}",
                  int(n), int(m), args.threads, device_name(torch.device("cpu")))  # fmt: skip
        rows.append(dict(zip(COLUMNS, values, strict=True)))
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
        files.save_rows(Path(args.out_rows), rows, COLUMNS)


def _changed(codes: Matrix, change: str, problem: str, turn: int) -> Matrix:
    """Move all codes by a share of their spread, or add a share of new ones."""
    kind, _, share = change.partition(" ")
    if kind == "none":
        return codes
    if kind == "added":
        more = make(problem, turn + 1, len(codes))  # other draws, of other centres
        return np.concatenate([codes, more[: int(float(share) * len(codes))]])
    rng = numpy_generator(turn, "benchmark", "moved")
    moved = codes + float(share) * codes.std() * rng.normal(size=codes.shape)
    return moved.astype(np.float32)


if __name__ == "__main__":
    main()
