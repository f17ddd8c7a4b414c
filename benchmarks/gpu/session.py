"""One call: the parts to be measured, their shares of the time, and the table at the end."""

import argparse
import time
from collections import Counter
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from aeot.errors import InputError
from aeot.files import atomic
from benchmarks.gpu.data import find_data
from benchmarks.gpu.parts import PARTS, Case, Part, code
from benchmarks.gpu.rows import Row, Rows, key
from benchmarks.gpu.run import Runner, contexts, identify, threads
from benchmarks.gpu.table import build
from benchmarks.gpu.work import Task

_END = 5.0  # seconds that are left for the table
_PROCESSES = 9  # at once, at most


def measure_all(args: argparse.Namespace) -> None:
    """Measure all requested parts, and write the table.

    Raises:
        InputError: no such device or part, no time, or no readable data.
    """
    until = time.monotonic() + 60 * args.minutes - _END
    chosen = _check(args)
    context, device = _start(args.device)
    if isinstance(device, str):
        raise InputError(
            f"{device.rstrip('.')}: measure on a machine with an NVIDIA GPU and a CUDA build of "
            "torch, or try everything in tiny sizes with --device cpu --tiny."
        )
    results, rows = Path(args.out), Rows(Path(args.out) / "rows.jsonl")
    rows.settle()
    (results / "logs").mkdir(exist_ok=True)
    runner, common = Runner(rows, context), device | {"minutes": args.minutes, "call": time.time()}
    print(f"{device['device']}, torch {device['torch']}, driver {device['driver']}", flush=True)
    wanted = any(PARTS[name].images for name in chosen)
    images = find_data(results / "data", args.data, args.tiny) if wanted else (None, None)
    every: list[Row] = []
    for place, name in enumerate(chosen):
        part = PARTS[name]
        data, folder = images if part.images else (None, None)
        cases = _cases(name, part, common | {"tiny": args.tiny, "data": data})
        every += [row for row, _ in cases]
        left = [(row, case.weight) for row, case in cases if _wanted(row, case, rows)]
        if not left:
            continue
        ahead = sum(PARTS[after].seconds for after in chosen[place:])
        end = time.monotonic() + max(0.0, until - time.monotonic()) * part.seconds / ahead
        processes = min(_PROCESSES, len(left)) if part.together and args.device != "cpu" else 1
        each = threads(args.device, processes)
        log = results / "logs" / f"{name}.log"
        task = Task(
            name, part.module, left, end, args.device, each, args.tiny, results, folder, log
        )
        runner.run(task, processes)
    latest = rows.latest()
    found = [latest[key(row)] for row in every if key(row) in latest]
    with atomic(results / "table.md") as temporary:
        temporary.write_text(build(found), encoding="utf-8")
    counts = Counter(row["status"] for row in found)
    print(", ".join(f"{count} {status}" for status, count in counts.items()), flush=True)
    print(f"Rows:  {rows.path}\nTable: {results / 'table.md'}", flush=True)


def _start(device: str) -> tuple[BaseContext, dict[str, Any] | str]:
    """Return a way to start processes in which the device works, and its identity."""
    for context in contexts():
        if isinstance(answer := identify(device, context), dict):
            break
    return context, answer


def _check(args: argparse.Namespace) -> list[str]:
    chosen = [name for name in PARTS if not args.parts or name in args.parts]
    if unknown := set(args.parts or ()) - set(PARTS):
        raise InputError(f"--parts {min(unknown)} is unknown; choose from {', '.join(PARTS)}.")
    if not 0 < args.minutes < float("inf"):
        raise InputError(f"--minutes must be positive, not {args.minutes}.")
    if args.device in ("cpu", "auto") and not (args.tiny and args.device == "cpu"):
        raise InputError(f"--device {args.device} measures no GPU; add --tiny to --device cpu.")
    return chosen


def _cases(name: str, part: Part, common: dict[str, Any]) -> list[tuple[Row, Case]]:
    """Make the initial entries of the rows of a part."""
    return [
        (common | {"part": name, "case": word, "code": code(part.module, case.modules)}, case)
        for word, case in part.cases(common["tiny"]).items()
    ]


def _wanted(row: Row, case: Case, rows: Rows) -> bool:
    """Whether a case is to be measured; if not, state why."""
    where, known = f"{row['part']}: {row['case']}", rows.latest().get(key(row))
    missing = case.missing()
    if missing and (known is None or known["status"] not in ("done", "cut")):
        why = f"not installed: {', '.join(missing)}"
        rows.append(row | {"status": "skipped", "why": why, "values": {}, "seconds": 0.0})
        print(f"{where}: skipped: {why}", flush=True)
        return False
    if known is None or known["status"] in ("running", "failed"):
        return True
    if known["status"] == "skipped" and known["why"].startswith("not installed"):
        return True
    if known["status"] == "cut" and (not known["values"] or row["minutes"] > known["minutes"]):
        return True
    why = f": {known['why']}" if known["why"] else ""
    print(f"{where}: skipped: there is a result of this code and device ({known['status']}{why})",
          flush=True)  # fmt: skip
    return False
