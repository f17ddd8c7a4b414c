"""Solve codes to the certificate; write the CPU seconds until then, and to the tolerance.

To compare two versions of the solver, put the `scripts` of the other checkout first in PYTHONPATH,
and run both alternately on one thread: CPU seconds are comparable even next to other work.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from aeot import files
from aeot.results.peers import TOLERANCE, seconds_to
from benchmarks.problems import make

_REPORTED = ["mass_error", "mass_error_high", "rms_error", "source_samples", "held_out_samples",
             "looks"]  # fmt: skip
COLUMNS = ["version", "count", "dimension", "seed", "threads", *_REPORTED, "cpu_to_tolerance",
           "cpu_seconds", "seconds"]  # fmt: skip


def main(argv: list[str] | None = None) -> None:
    """Parse, solve, append a row."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.certified", description=__doc__)
    parser.add_argument("--codes", metavar="FILE", required=True, help="codes (N, d), .npz")
    parser.add_argument("--size", type=int, help="codes taken (default: all)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--version", default="now", help="what the rows call this code")
    parser.add_argument("--out-rows", metavar="FILE", required=True, help=".csv, appended to")
    args = parser.parse_args(argv)
    import torch

    from aeot.transport import TransportMap, TransportSettings, solve

    torch.set_num_threads(args.threads)
    codes = make("fashion", 0, args.size, args.codes)
    path = Path(args.out_rows)
    rows: list[dict[str, Any]] = list(files.load_rows(path, *COLUMNS)) if path.exists() else []
    # Compiled code is loaded before the clock starts.
    solve(codes[:100], settings=TransportSettings(tolerance=1.0), seed=args.seed)
    begin, course = time.process_time(), list[dict[str, Any]]()

    def record(_: TransportMap, row: dict[str, Any]) -> None:
        spent = time.process_time() - begin
        course.append({"variant": "", "seconds": spent, "mass_error": row["mass_error"]})

    settings = TransportSettings(tolerance=TOLERANCE)
    report = solve(codes, settings=settings, seed=args.seed, on_evaluation=record).report
    values = [args.version, *codes.shape, args.seed, args.threads,
              *(report[name] for name in _REPORTED), seconds_to(course, ""),
              course[-1]["seconds"], report["seconds"]]  # fmt: skip
    rows.append(dict(zip(COLUMNS, values, strict=True)))
    files.save_rows(path, rows, COLUMNS)


if __name__ == "__main__":
    main()
