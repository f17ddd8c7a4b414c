"""Run our transport solver and others on the same problems, one after the other.

Ours runs first, until its certificate; its seconds to the tolerance determine the budget of the
others. Every point of every path is evaluated on one held-out sample, which is not timed. Rows are
written after every run, and runs in an existing file are skipped: a killed benchmark resumes.
"""

import argparse
import contextlib
import json
import logging
import math
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from aeot import files
from aeot.results.peers import TOLERANCE, seconds_to
from aeot.transport.problem import Matrix, Vector
from benchmarks.held_out import HeldOut
from benchmarks.problems import NAMES, make
from benchmarks.watch import SpentError, Watch

log = logging.getLogger("aeot")

SOLVERS = ("ours", "adam", "pot", "ott")
COLUMNS = [
    "problem", "solver", "variant", "seed", "threads", "count", "dimension", "seconds",
    "source_samples", "mass_error", "mass_error_low", "mass_error_high", "rms_error",
    "empty_cells", "efficiency",
]  # fmt: skip
Row = dict[str, Any]


def main(argv: list[str] | None = None) -> None:
    """Parse, run what is missing, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transport_peers",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("--problems", nargs="+", choices=NAMES, default=NAMES[:3])
    parser.add_argument("--solvers", nargs="+", choices=SOLVERS, default=SOLVERS)
    parser.add_argument("--codes", metavar="FILE", help="codes of the problem fashion, .npz")
    parser.add_argument("--size", type=int, help="codes taken (default: the problem's own)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--factor", type=float, default=20,
                        help="the peers' budget, in our seconds to the tolerance")  # fmt: skip
    parser.add_argument("--least-seconds", type=float, default=10)
    parser.add_argument("--most-seconds", type=float, default=3600)
    parser.add_argument("--tolerance", type=float, default=TOLERANCE, help="of our certificate")
    parser.add_argument("--out-rows", required=True, metavar="FILE", help=".csv")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    import torch

    torch.set_num_threads(args.threads)
    path = Path(args.out_rows)
    rows: list[Row] = list(files.load_rows(path, *COLUMNS)) if path.exists() else []
    for problem in args.problems:
        for new in _run_problem(problem, args, rows):
            rows.extend(new)
            files.save_rows(path, rows, COLUMNS)


def _run_problem(problem: str, args: argparse.Namespace, rows: list[Row]) -> Iterator[list[Row]]:
    codes = make(problem, args.seed, args.size, args.codes)
    held_out, budget = HeldOut(codes, args.seed), math.inf
    for solver in ("ours", *(name for name in args.solvers if name != "ours")):
        peer = import_module(f"benchmarks.peers.{solver}")
        if solver != "ours":
            ours = [row for row in rows if (row["problem"], row["solver"]) == (problem, "ours")]
            share = args.factor * min(seconds_to(ours, variant) for variant in _variants(ours))
            budget = min(max(share, args.least_seconds), args.most_seconds)
        for variant in peer.VARIANTS[problem]:
            if solver == "ours" and args.tolerance != TOLERANCE:
                variant = {**variant, "tolerance": args.tolerance}
            key = {"problem": problem, "solver": solver, "seed": str(args.seed),
                   "variant": json.dumps(variant), "threads": str(args.threads)}  # fmt: skip
            if any(all(str(row[name]) == value for name, value in key.items()) for row in rows):
                continue
            log.info("%s: %s %s, at most %.0f s", problem, solver, variant, budget)
            yield _run(peer, variant, key, codes, held_out, budget)


def _run(
    peer: ModuleType,
    variant: Row,
    key: Row,
    codes: Matrix,
    held_out: HeldOut,
    budget: float,
) -> list[Row]:
    rows: list[Row] = []

    def evaluate(seconds: float, samples: int, heights: Vector) -> None:
        error = held_out.error(heights)
        floor = math.sqrt(len(codes) / samples) if samples else math.nan
        numbers = [*codes.shape, seconds, samples, error.value, error.low, error.high, error.rms,
                   error.empty, error.rms / floor]  # fmt: skip
        rows.append({**key, **dict(zip(COLUMNS[5:], numbers, strict=True))})
        log.info("  %.2f s: %.1f %%, %d cells empty", seconds, 100 * error.value, error.empty)

    with contextlib.suppress(SpentError):
        peer.run(codes, int(key["seed"]), Watch(budget, evaluate), **variant)
    return rows


def _variants(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(row["variant"] for row in rows))


if __name__ == "__main__":
    main()
