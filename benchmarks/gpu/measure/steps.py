"""Training steps of the models of images, one at a time, compared with bare arithmetic."""

import statistics
import time
from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from aeot.models.training import ImageTraining
from benchmarks.gpu.job import Job
from benchmarks.images import SHAPES, build, times

_STEPS, _ROUNDS = 50, 3
_TINY = {"width": 4, "batch_size": 8}


def measure(case: str, job: Job) -> dict[str, Any]:
    """Time the loop, steps with Adam and bare passes; count the arithmetic of a step."""
    shape, settings = SHAPES["mnist"], _TINY if job.tiny else {}
    steps, rounds = (1, 1) if job.tiny else (_STEPS, _ROUNDS)
    flops = _flops(case, job, settings)
    size = 128 if job.tiny else 8192
    exact, rounded = (_rate(size, precision, job.device) for precision in ("highest", "high"))
    job.note({"gflop_per_step": flops / 1e9, "products_tflops_float32": exact / 1e12,
              "products_tflops_tf32": rounded / 1e12})  # fmt: skip
    batch, turns = times(case, shape, steps, rounds, job.device, **settings)
    loop, adam, bare = (statistics.median(part) / steps for part in zip(*turns, strict=True))
    return {
        "batch": batch,
        "steps_per_second": 1 / loop,
        "with_adam_per_second": 1 / adam,
        "bare_per_second": 1 / bare,
        "products_alone_per_second": exact / flops,
        "share_of_bare": bare / loop,
        "times_products_float32": loop * exact / flops,
        "times_products_tf32": loop * rounded / flops,
    }


class _Counter(TorchDispatchMode):
    """Counter of the operations of products and convolutions, with torch's own formulas.

    `FlopCounterMode` cannot be used, because it refuses gradients of gradients.
    """

    def __init__(self) -> None:
        super().__init__()
        self.flops = 0

    def __torch_dispatch__(
        self,
        func: Any,  # noqa: ANN401
        types: Any,  # noqa: ANN401
        args: Any = (),  # noqa: ANN401
        kwargs: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Run an operation and count it."""
        out = func(*args, **(kwargs or {}))
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.flops += formula(*args, **(kwargs or {}), out_val=out)
        return out


def _flops(name: str, job: Job, settings: dict[str, int]) -> float:
    """Operations of matrix products and convolutions in a step, a mean over the critic's steps."""
    model = build(name, SHAPES["mnist"], job.device, **settings)
    images = torch.zeros(256, *SHAPES["mnist"], dtype=torch.uint8, device=job.device)
    training = ImageTraining(model, images, 0, snapshot_images=1)
    cycle = getattr(model.settings, "critic_steps", 1)
    batch = next(iter(training.batches(0)))
    with _Counter() as counter:
        for step in range(1, cycle + 1):
            model.take(step, training.optimisers, *batch)
    return counter.flops / cycle


@cache
def _rate(size: int, precision: str, device: torch.device) -> float:
    """Operations per second of a large square product."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(precision)
    a = torch.randn(size, size, device=device)
    out, taken = torch.empty_like(a), []
    for _ in range(5):
        _wait(device)
        begin = time.perf_counter()
        torch.mm(a, a, out=out)
        _wait(device)
        taken.append(time.perf_counter() - begin)
    torch.set_float32_matmul_precision(before)
    return float(2 * size**3 / min(taken))


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
