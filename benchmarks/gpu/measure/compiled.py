"""The fused kernel's first calls in a dimension, and the next ones."""

import re
import time

import torch

from aeot.transport import fused
from benchmarks.gpu.job import Job, SkippedError

# Samples and planes: Triton compiles the kernel separately for large and for small problems, and
# tries its tilings for both; for other sizes it then compiles only the best one.
_PROBLEMS = {"large": (1 << 16, 20_000), "small": (2_047, 511)}


def measure(case: str, job: Job) -> dict[str, float]:
    """Time the calls.

    Raises:
        SkippedError: the device is not CUDA's.
        RuntimeError: Triton does not run there.
    """
    if job.device.type != "cuda":
        raise SkippedError("the fused kernel runs on CUDA only")
    if not fused.available(job.device):
        raise RuntimeError("Triton does not run on this device; the log says why")
    numbers = re.search(r"d=(\d+)", case)
    assert numbers is not None  # the cases are named in parts.py
    compile_kernel(int(numbers[1]), "TF32" in case, job)
    return {}


def compile_kernel(dimension: int, tf32: bool, job: Job) -> None:
    """Call the kernel twice on each problem and note the seconds."""
    for name, (m, count) in _PROBLEMS.items():
        draw = torch.Generator().manual_seed(0)
        shapes = ((m, dimension), (count, dimension), (count,))
        x, y, h = (torch.randn(*shape, generator=draw).to(job.device) for shape in shapes)
        for turn in ("first", "next"):
            job.wait()
            begin = time.perf_counter()
            fused.best_two(x, y, h, tf32=tf32)
            job.wait()
            job.note({f"{turn}_{name}_s": time.perf_counter() - begin})
