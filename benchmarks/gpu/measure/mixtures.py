"""Models of points at the published number of steps, ten trials in one stack."""

from typing import Any

import numpy as np

from aeot.mixtures.grid import grid
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.trial_settings import StepSettings
from aeot.registry import resolve_part
from benchmarks.gpu.job import CutError, Deadline, Job
from benchmarks.gpu.parts import POINT_CASES

_WARM = 2.0  # seconds of training after which the rate is taken


def measure(case: str, job: Job) -> dict[str, Any]:
    """Train all trials as far as the time allows, and extrapolate to the published budget.

    Raises:
        CutError: the training has not ended.
    """
    model, pack = POINT_CASES[case]
    kind = resolve_part(POINT_MODELS, model, "model:Model", "model of points")
    chosen: type[StepSettings] = resolve_part(POINT_MODELS, model, "settings:Settings", "model")
    given: dict[str, int] = {"moments": 1} | ({"pack": pack} if model == "pacgan" else {})
    given |= {"steps": 3, "batch_size": 10} if job.tiny else {"steps": chosen.PUBLISHED}
    settings = chosen.model_validate(given)
    trials = 2 if job.tiny else 10
    points = grid().sample(1_000 if job.tiny else 100_000, np.random.default_rng(0))
    path: list[tuple[int, float]] = []

    def note(step: int, seconds: float) -> None:
        path.append((step, seconds))
        job.note({"trials": trials, "of": settings.steps} | _rate(path, settings.steps))

    deadline = Deadline(job, f"mixtures-{case}", {"settings": settings.model_dump()},
                        lambda state: note(state["step"], state["seconds"]))  # fmt: skip
    try:
        last = kind.fit(points, settings, trials, 0, job.device, deadline).history[-1]
    except CutError:
        raise CutError(f"{path[-1][0]:,} of {settings.steps:,} steps") from None
    note(last["step"], last["seconds"])
    deadline.remove()
    return {}


def _rate(path: list[tuple[int, float]], steps: int) -> dict[str, Any]:
    """Steps so far, and the seconds that all steps would take at this rate."""
    step, seconds = path[-1]
    warm = next((point for point in path if point[1] >= _WARM), (0, 0.0))
    first, since = warm if warm[0] < step else (0, 0.0)
    rate = (step - first) / (seconds - since) if step else None
    left = (steps - step) / rate if rate else None
    return {
        "steps": step,
        "training_s": seconds,
        "steps_per_second": rate,
        "projected_s": None if left is None else seconds + left,
    }
