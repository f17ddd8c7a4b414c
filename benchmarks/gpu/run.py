"""Run the cases of a part in separate processes, so that a failure does not affect others."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing.context import BaseContext
from typing import Any

from benchmarks.gpu.rows import FINAL, Row, Rows, describe, key
from benchmarks.gpu.work import Task, identity, work

_GRACE = 5.0  # seconds between the time limit of a process and its termination
_POLL = 0.2  # seconds


def contexts() -> list[BaseContext]:
    """Return the ways to start processes, the preferred one first.

    Copies of a process that has imported torch, but used no device, start fastest; if a device
    refuses to work in a copy, every process imports torch itself.
    """
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")  # does not touch the device
    copies = multiprocessing.get_context("forkserver")
    # Optimisers import torch._dynamo, which takes as long as torch.
    copies.set_forkserver_preload(["torch", "torch._dynamo", "numba", "scipy.sparse", "pydantic"])
    return [copies, multiprocessing.get_context("spawn")]


def identify(device: str, context: BaseContext) -> dict[str, Any] | str:
    """Return `work.identity` of a device; this process itself never touches it."""
    ours, theirs = context.Pipe()
    process = context.Process(target=identity, args=(device, theirs), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    try:
        answer: dict[str, Any] | str = ours.recv()
    except EOFError:
        answer = f"the device {device} ends the process that asks for it; check the driver."
    process.join()
    return answer


@dataclass
class Runner:
    """Run tasks and print each result when it is available.

    Attributes:
        rows: all results.
        context: starts the processes.
        told: rows that have been printed, by case and by the call that made them.
        stopped: whether the call has been interrupted.
    """

    rows: Rows
    context: BaseContext
    told: set[Any] = field(default_factory=set)
    stopped: bool = False

    def run(self, task: Task, processes: int) -> None:
        """Run a task's cases in so many processes at once; every case has a final row then."""
        shares = [share for k in range(processes) if (share := task.cases[k::processes])]
        tasks = [
            replace(task, cases=share, log=task.log.with_name(f"{task.part}-{k}.log"))
            for k, share in enumerate(shares)
        ]
        with ThreadPoolExecutor(len(tasks)) as pool:
            try:
                list(pool.map(self._run, tasks))
            finally:  # of an interrupt, before the pool waits for its threads
                self.stopped = True
        self.stopped = False

    def _run(self, task: Task) -> None:
        """Run cases one after the other; if the process ends early, run the rest in a new one."""
        left = task.cases
        while left and not self.stopped:
            exit_code = self._start(replace(task, cases=left))
            broken = self._next(left)
            if broken is None or self.stopped:
                return
            row = left[broken][0]
            if broken and self._written(row) is None:  # ended between two cases
                left = left[broken:]
                continue
            self._write_broken(row, exit_code, task)
            left = left[broken + 1 :]

    def _start(self, task: Task) -> int | None:
        process = self.context.Process(target=work, args=(task,), daemon=True)  # type: ignore[attr-defined]
        process.start()
        end = task.until + _GRACE
        while process.is_alive() and time.monotonic() < end and not self.stopped:
            process.join(_POLL)
            self.tell(task.cases)
        if process.is_alive():
            process.kill()
            process.join()
        self.tell(task.cases)
        return process.exitcode

    def _written(self, row: Row) -> Row | None:
        """Return the last row that this call wrote of a case."""
        found = self.rows.latest().get(key(row))
        return found if found and found["call"] == row["call"] else None

    def _next(self, cases: Sequence[tuple[Row, float]]) -> int | None:
        """Return the place of the first case without a final row of this call."""
        for place, (row, _) in enumerate(cases):
            found = self._written(row)
            if found is None or found["status"] not in FINAL:
                return place
        return None

    def _write_broken(self, row: Row, exit_code: int | None, task: Task) -> None:
        """Write the final row of a case whose process has ended."""
        last = self._written(row) or row | {"values": {}, "limit": 0.0, "begun": time.monotonic()}
        seconds = time.monotonic() - last["begun"]
        if seconds >= last["limit"] - 1:
            why = (
                f"stopped after {seconds:.0f} s, its limit" if last["limit"] else "no time was left"
            )
            status = "cut" if last["values"] or not last["limit"] else "failed"
        else:
            code = exit_code or 0
            ended = f"signal {-code}" if code < 0 else f"exit code {code}"
            status, why = "failed", f"its process ended with {ended}: {_last_line(task)}"
        self.rows.append(last | {"status": status, "why": why, "seconds": seconds})
        self.tell([(row, 1.0)])

    def tell(self, cases: Sequence[tuple[Row, float]]) -> None:
        """Print the final rows of cases that have not been printed yet."""
        latest = self.rows.latest()
        for case, _ in cases:
            row = latest.get(key(case))
            final = row is not None and row["call"] == case["call"] and row["status"] in FINAL
            if row is not None and final and (key(row), row["call"]) not in self.told:
                self.told.add((key(row), row["call"]))
                print(describe(row), flush=True)


def threads(device: str, processes: int) -> int:
    """CPU threads of each of several processes that run side by side."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return 1 if device == "cpu" else max(1, (cores or 1) // processes)


def _last_line(task: Task) -> str:
    """Return the last line that a process wrote to its log, and where the log is."""
    text = task.log.read_text(encoding="utf-8", errors="replace") if task.log.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"{lines[-1][:200] if lines else 'it said nothing'} ({task.log.name})"
