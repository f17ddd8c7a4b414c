"""Comparison of the fused kernel with torch's products, flash-sinkhorn's c-transform and KeOps."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from aeot.transport import fused
from aeot.transport.cells import Planes
from benchmarks.gpu.job import Job, SkippedError
from benchmarks.kernel import Work, medians, prepare

_SAMPLES, _SCORES, _ROUNDS = 1 << 16, 1 << 33, 5  # at most
_AGREE = 128  # samples whose scores are made in double precision: memory is 8 N bytes of each


def measure(case: str, job: Job) -> dict[str, Any]:
    """Time the case, whose name contains its dimension and number of planes."""
    numbers = re.search(r"d=(\d+), N=([\d,]+)", case)
    assert numbers is not None  # the cases are named in parts.py
    dimension, count = int(numbers[1]), int(numbers[2].replace(",", ""))
    samples = min(_SAMPLES, _SCORES // count // 1024 * 1024)
    count, samples = (min(count, 300), 64) if job.tiny else (count, samples)
    planes, x, work = prepare(dimension, count, samples, job.device)
    values: dict[str, Any] = {"d": dimension, "N": count, "samples": samples}
    if case.startswith("flash-sinkhorn"):
        work = _flash(planes, x, job)
        cells = work["flash_float32"]()
    elif case.startswith("KeOps"):
        work = {"keops": _keops(planes, x)}
        cells = work["keops"]()
    else:
        work = _ours(planes, x, work)
        values["fused"] = fused.available(job.device)
        cells = planes.best(x)
    job.note(values | {"agree": _agreement(planes, x, cells)})
    for name, run in work.items():  # one by one: a failing one does not affect the others
        nanoseconds = medians({name: run}, samples * count, 1 if job.tiny else _ROUNDS, job.device)
        job.note({f"{name}_ns": nanoseconds[name]})
    return {}


def _ours(planes: Planes, x: Tensor, work: Work) -> Work:
    """Bare products, torch's search and the kernels, in float32 and in TF32."""

    def rounded() -> None:
        with _tf32():
            work["large"]()

    return {
        "products_float32": work["large"],
        "products_tf32": rounded,
        "torch_float32": lambda: planes._scan(x, second=True),
        "best_float32": work["best"],
        "best_two_float32": work["best_two"],
        "best_two_tf32": lambda: planes.best_two(x, rough=True),
        "crossed_float32": work["crossed"],
        "crossed_two_float32": work["crossed_two"],
    }


@contextmanager
def _tf32() -> Iterator[None]:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _flash(planes: Planes, x: Tensor, job: Job) -> Work:
    """Its c-transform min_j |x - y_j|^2 / 2 - psi_j is our search for psi = h + |y|^2 / 2."""
    if job.device.type != "cuda":
        raise SkippedError("flash-sinkhorn runs on CUDA only")
    from flash_sinkhorn import c_transform_fwd

    y = planes.support
    psi = (_heights(planes).double() + y.double().square().sum(dim=1) / 2).float()

    def run(tf32: bool) -> Callable[[], Tensor]:
        return lambda: c_transform_fwd(x, y, psi, cost_scale=0.5, allow_tf32=tf32)[1]

    return {"flash_float32": run(False), "flash_tf32": run(True)}


def _keops(planes: Planes, x: Tensor) -> Callable[[], Tensor]:
    from pykeops.torch import LazyTensor

    left, right = LazyTensor(x[:, None, :].contiguous()), LazyTensor(planes.support[None])
    heights = LazyTensor(_heights(planes)[None, :, None].contiguous())
    return lambda: ((left | right) + heights).argmax(dim=1).view(-1)


def _heights(planes: Planes) -> Tensor:
    return planes._matrix[:, -1]


def _agreement(planes: Planes, x: Tensor, cells: Any) -> float:  # noqa: ANN401
    """Share of the first samples whose highest plane in double precision is that in `cells`."""
    scores = x[:_AGREE].double() @ planes.support.double().T + _heights(planes).double()
    return float((scores.argmax(dim=1) == cells[:_AGREE]).double().mean())
