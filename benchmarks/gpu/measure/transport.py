"""Solves of the transport: seconds to the tolerance and to the certificate, and OTT-JAX's."""

import contextlib
import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from aeot.seeding import numpy_generator
from aeot.transport import TransportMap, TransportSettings, descent, fused, solve
from aeot.transport.cells import MET, Planes
from aeot.transport.problem import Matrix, Vector
from benchmarks.gpu.job import CutError, Deadline, Job
from benchmarks.gpu.measure.compiled import compile_kernel
from benchmarks.held_out import TOLERANCE, HeldOut
from benchmarks.problems import make
from benchmarks.transport_peers import seconds_to
from benchmarks.watch import SpentError, Watch

_SIZES = {"latents": (60_000, 100), "gaussian": (1_000_000, 150)}  # N, and N where tiny
_DIMENSION = 64
_CHECKED = 100_000  # codes up to which the answer is measured again on samples of another seed
_LOOSE = 0.5  # tolerance where tiny
_RATE, _RATED = 300.0, 60_000  # OTT-JAX's step size of the problem `fashion`, and its codes


def measure(case: str, job: Job) -> dict[str, Any]:
    """Solve a problem of 60,000 codes like an autoencoder's, or of a million Gaussian ones."""
    name, _, way = case.partition(", ")
    codes = _codes(name, job)
    job.note({"N": len(codes), "d": codes.shape[1]})
    if way == "OTT-JAX":
        return _ott(codes, job)
    with _uncrossed() if way else contextlib.nullcontext():
        return _ours(case, codes, job)


@contextlib.contextmanager
def _uncrossed() -> Iterator[None]:
    """Let codes of no number of dimensions be crossed."""
    before = descent._LEAST_CROSSED
    descent._LEAST_CROSSED = sys.maxsize
    try:
        yield
    finally:
        descent._LEAST_CROSSED = before


def _codes(name: str, job: Job) -> Matrix:
    count = _SIZES[name][job.tiny]
    if name == "latents":
        return make("mixture64", 0, count)
    rng = numpy_generator(0, "benchmark", "gaussian")
    return rng.standard_normal((count, _DIMENSION), dtype=np.float32)


def _ours(case: str, codes: Matrix, job: Job) -> dict[str, Any]:
    """Solve; intermediate results are noted at every evaluation."""
    settings = TransportSettings(tolerance=_LOOSE if job.tiny else TOLERANCE)
    _warm_up(codes, job)
    path: list[dict[str, Any]] = []

    def on_evaluation(transport: TransportMap, row: dict[str, Any]) -> None:
        path.append({**row, "variant": ""})
        job.note(
            _values(path, len(codes), settings.tolerance) | {"certified_s": None} | _memory(job)
        )

    def progress(state: dict[str, Any]) -> None:
        job.note({"samples": state["descent"]["samples"], "solving_s": state["seconds"]})

    # Written only at the end, because the writing would count as the solver's time.
    deadline = Deadline(job, f"transport-{case}", {"case": case}, progress, every=math.inf)
    solution = solve(codes, settings=settings, device=job.device, checkpoint=deadline,
                     on_evaluation=on_evaluation)  # fmt: skip
    deadline.remove()
    report = solution.report
    certified = report["seconds"] if report["converged"] else None
    job.note({"certified_s": certified, "solving_s": report["seconds"],
              "efficiency": report["efficiency"]} | _memory(job))  # fmt: skip
    if len(codes) <= _CHECKED:
        checked = HeldOut(codes, 1, job.device).error(solution.transport.heights)
        job.note({"checked_error": checked.value})
    return {}


def _warm_up(codes: Matrix, job: Job) -> None:
    """Compile and tune the kernel for these codes, on as many samples as steps have."""
    begin = time.perf_counter()
    if fused.available(job.device):
        silent = replace(job, note=lambda values: None)
        for tf32 in (False, True):
            compile_kernel(codes.shape[1], tf32, silent)
    even_and_odd = slice(0, None, 2), slice(1, None, 2)
    planes = Planes(torch.from_numpy(codes).to(job.device), even_and_odd)
    planes.set_heights(torch.zeros(len(codes), dtype=torch.float64, device=job.device))
    for samples in (256, 251) if job.tiny else (1 << 16, 15_001):
        x = torch.zeros(samples, codes.shape[1], device=job.device)
        for rough in (False, True):
            planes.best_two(x, rough)
        left = samples // MET
        for second in (False, True):
            planes.crossed((x[:left, ::2], x[: left + MET - 1, 1::2]), second)
    solve(codes[:100], settings=TransportSettings(tolerance=1.0), device=job.device)
    del planes, x
    job.wait()
    if job.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(job.device)
    job.note({"warm_up_s": time.perf_counter() - begin})


def _values(path: list[dict[str, Any]], count: int, tolerance: float) -> dict[str, Any]:
    last = path[-1]
    floor = math.sqrt(2 * count / (math.pi * last["source_samples"]))
    seconds = seconds_to(path, "", tolerance)
    return {
        "tolerance": tolerance,
        "seconds_to_tolerance": seconds if math.isfinite(seconds) else None,
        "error": last["mass_error"],
        "bound": last["mass_error_high"],
        "samples_per_code": last["source_samples"] / count,
        "samples": last["source_samples"],
        "solving_s": last["seconds"],
        "efficiency": last["mass_error"] / floor,
    }


def _memory(job: Job) -> dict[str, float]:
    if job.device.type != "cuda":
        return {}
    return {"gpu_gib": torch.cuda.max_memory_allocated(job.device) / 2**30}


def _ott(codes: Matrix, job: Job) -> dict[str, Any]:
    """Descend with OTT-JAX until the time is up; its step size depends on the number of codes."""
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # torch measures beside it
    import jax

    from benchmarks.peers import ott

    rate = _RATE * len(codes) / _RATED
    job.note({"lr": rate, "jax": jax.default_backend()})
    held_out, path = HeldOut(codes, 1, job.device), list[dict[str, Any]]()

    def evaluate(seconds: float, samples: int, heights: Vector) -> None:
        error = held_out.error(heights)
        path.append({"seconds": seconds, "mass_error": error.value, "variant": ""})
        reached = seconds_to(path, "", TOLERANCE)
        efficiency = error.rms / math.sqrt(len(codes) / samples) if samples else None
        job.note({
            "tolerance": TOLERANCE,
            "seconds_to_tolerance": reached if math.isfinite(reached) else None,
            "error": error.value, "samples_per_code": samples / len(codes), "samples": samples,
            "solving_s": seconds, "efficiency": efficiency,
        })  # fmt: skip
        if job.left <= 0:
            raise CutError("the time was up")

    with contextlib.suppress(SpentError):
        ott.run(codes, 0, Watch(max(1.0, job.left / 2), evaluate), "sgd", rate, 1024, 0.01)
    return {}
