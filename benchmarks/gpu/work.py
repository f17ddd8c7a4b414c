"""The work of a process: measure one case after the other and write their rows."""

import faulthandler
import gc
import importlib
import logging
import os
import threading
import time
import traceback
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from pathlib import Path
from typing import Any

from benchmarks.gpu.rows import Row, Rows

_SOFT = 0.9  # share of its time after which a case should end on its own


@dataclass(frozen=True)
class Task:
    """Cases of a part for one process.

    Attributes:
        part: name of the part.
        module: has the function `measure`.
        cases: a row of each, to be completed, and its weight in the sharing of the time.
        until: `time.monotonic()` at which all of them must have ended.
        device: as for `aeot.compute.select`.
        threads: CPU threads; None: torch's own choice.
        tiny: see `Job`.
        results: folder of all results.
        data: see `Job`.
        log: file for the output of the cases.
    """

    part: str
    module: str
    cases: list[tuple[Row, float]]
    until: float
    device: str
    threads: int | None
    tiny: bool
    results: Path
    data: Path | None
    log: Path


def work(task: Task) -> None:
    """Measure all cases; a failure is a row, too."""
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    log = os.open(task.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    rows, weights = Rows(task.results / "rows.jsonl"), [weight for _, weight in task.cases]
    for number, (row, weight) in enumerate(task.cases):
        limit = (task.until - time.monotonic()) * weight / sum(weights[number:])
        print(f"== {task.part}: {row['case']}, at most {limit:.0f} s", flush=True)
        started = row | {"status": "running", "why": "", "values": {}, "limit": max(limit, 0.0)}
        _measure(task, started, rows)


def _measure(task: Task, row: Row, rows: Rows) -> None:
    """Measure one case and write its rows, for at most `limit` seconds; then the process ends."""
    from benchmarks.gpu.job import CutError, Job, SkippedError  # imports torch

    begin, limit, device = time.monotonic(), row["limit"], None
    row["begun"] = begin

    def write(status: str, why: str = "") -> None:
        row.update(status=status, why=why, seconds=time.monotonic() - begin)
        rows.append(row)

    def note(values: dict[str, Any]) -> None:
        row["values"] |= values
        write("running")

    if limit < 1:
        write("cut", "no time was left")
        return
    write("running")
    faulthandler.dump_traceback_later(limit, exit=True, file=2)
    try:
        from aeot.compute import select

        device = select(task.device, task.threads)
        job = Job(device, task.tiny, begin + _SOFT * limit, task.results / "checkpoints",
                  task.data, row["code"], note)  # fmt: skip
        measure = importlib.import_module(task.module).measure
        row["values"] |= measure(row["case"], job)
        write("done")
    except SkippedError as reason:
        write("skipped", str(reason))
    except CutError as reason:
        write("cut", str(reason))
    except Exception as error:
        traceback.print_exc()
        write("failed", _sentence(error))
    finally:
        faulthandler.cancel_dump_traceback_later()
    if device is not None and device.type == "cuda":
        _leave_broken(task)


def _leave_broken(task: Task) -> None:
    """Free the GPU's memory; end the process if a fault has left its device unusable."""
    import torch

    gc.collect()
    try:
        torch.cuda.synchronize(task.device)
        torch.cuda.empty_cache()
    except RuntimeError:
        traceback.print_exc()
        os._exit(1)


def _sentence(error: Exception) -> str:
    """Return the type of an error and its first line with text, at most 300 characters."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}"[:300]


def _end_with_the_parent() -> None:
    """End this process when the one that started it has ended for any reason."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(143)


def identity(device: str, answer: Any) -> None:  # noqa: ANN401
    """Send what this Python knows of a device: the first entries of a row, or a sentence.

    Args:
        device: as for `aeot.compute.select`.
        answer: end of a pipe, which takes a dictionary or, where there is no such device, a string.
    """
    import platform

    import torch

    from aeot.compute import select
    from aeot.errors import InputError
    from aeot.provenance import commit

    try:
        chosen = select(device, None)
        torch.zeros(1, device=chosen)
    except (InputError, RuntimeError) as error:
        answer.send(str(error).splitlines()[0])
        return
    cuda = chosen.type == "cuda"
    memory = torch.cuda.get_device_properties(chosen).total_memory / 2**30 if cuda else None
    answer.send({
        "device": torch.cuda.get_device_name(chosen) if cuda else _processor(),
        "memory_gib": memory,
        "driver": _driver() if cuda else None,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "python": platform.python_version(),
        "commit": commit(),
    })  # fmt: skip


def _processor() -> str:
    return f"cpu ({os.cpu_count()} cores)"


def _driver() -> str | None:
    """Return the version of NVIDIA's driver, where nvidia-smi tells it."""
    import subprocess

    words = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return (answer.stdout.splitlines() or [""])[0].strip() or None
