"""A training of a model of images that is scored at checkpoints."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from aeot.errors import InputError
from aeot.features.extraction import extract_by
from aeot.features.settings import ExtractorSettings
from aeot.files import Array
from aeot.metrics import METRICS
from aeot.metrics.base import Metric, Row
from aeot.models.base import ImageModel
from aeot.models.training import ImageTraining
from aeot.registry import resolve
from aeot.search.rows import unscorable
from aeot.settings import parse_items

Score = Callable[[Array, int], list[Row]]


def checkpoint_steps(steps: int, count: int) -> list[int]:
    """Steps after which a training is scored: `count` equal parts; fewer where steps coincide."""
    return sorted({max(1, steps * part // count) for part in range(1, count + 1)})


def chosen_metrics(words: Iterable[str]) -> dict[str, Metric]:
    """Make the metrics of a search: the Fréchet distance, by which the best is chosen, and others.

    Args:
        words: `NAME=SETTINGS`, the settings as JSON.

    Raises:
        InputError: a metric is not known, needs more than a search has, or has wrong settings.
    """
    found: dict[str, Metric] = {}
    for name, values in {"fid": {}, **parse_items(words)}.items():
        kind = resolve(METRICS, name, "metric")
        if fault := unscorable(kind):
            raise InputError(f"--metrics: {name} {fault}.")
        found[name] = kind.checked(values, f"--metrics {name}")
    return found


class Scorer:
    """Scores images by metrics; the extractor's network is loaded once.

    Args:
        extractor: makes the features.
        metrics: what is computed; each needs `real`, `fake` or `images` alone.
        real: (n, k) features of the test images.
        device: where the network runs.
    """

    def __init__(
        self,
        extractor: ExtractorSettings,
        metrics: Mapping[str, Metric],
        real: Array,
        device: torch.device,
    ) -> None:
        self.extractor, self.metrics, self.real = extractor, metrics, real
        self.network, self.device = extractor.network(device), device

    def key(self) -> dict[str, Any]:
        """Return what identifies the scores, beside the images' features: settings, JSON-ready."""
        metrics = {name: metric.model_dump() for name, metric in self.metrics.items()}
        return {"metrics": metrics, "extractor": self.extractor.model_dump()}

    def __call__(self, images: Array, seed: int) -> list[Row]:
        """Score uint8 images (n, c, h, w); `seed` makes what a metric draws."""
        fake = extract_by(self.network, images, self.extractor.batch_size, self.device)
        sets = {"real": self.real, "fake": fake, "images": images}
        return [row for metric in self.metrics.values()
                for row in metric.score(sets, seed, self.device).rows]  # fmt: skip


class ScoredTraining(ImageTraining):
    """A training that keeps scores instead of images.

    Args:
        model: as `ImageTraining` takes it.
        images: likewise.
        seed: likewise.
        count: images that are scored at every checkpoint, drawn from the same noise.
        checkpoints: see `checkpoint_steps`.
        score: of images.

    Attributes:
        rows: those of `score`, with the step and the seconds of the training until then.
    """

    KEPT = (*ImageTraining.KEPT, "rows")

    def __init__(
        self,
        model: ImageModel,
        images: Tensor,
        seed: int,
        count: int,
        checkpoints: int,
        score: Score,
    ) -> None:
        super().__init__(model, images, seed, count)
        self.snapshot_steps = checkpoint_steps(model.settings.steps, checkpoints)
        self.score = score
        self.rows: list[dict[str, Any]] = []

    def note(self) -> None:
        """See `StepTraining`: draw, score, forget the images.

        Raises:
            DivergedError: a weight or an image is not finite.
        """
        super().note()
        images = self.images_drawn.pop().numpy()
        reached = {"step": self.step, "seconds": self.seconds}
        self.rows += [reached | row for row in self.score(images, self.seed)]
