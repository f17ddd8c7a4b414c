"""A training of a model of images that is scored at checkpoints."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from aeot.errors import InputError
from aeot.features.extraction import extract_by
from aeot.features.settings import ExtractorSettings
from aeot.files import Array
from aeot.metrics import METRICS
from aeot.metrics.base import Metric, Row, load_set
from aeot.models.base import ImageModel
from aeot.models.inversion import invert_model
from aeot.models.inversion_settings import InversionSettings
from aeot.models.training import ImageTraining
from aeot.registry import resolve
from aeot.search.rows import unscorable
from aeot.settings import parse_items

Score = Callable[[Array, int, Callable[[], ImageModel]], list[Row]]
MADE = {"fake", "images", "range"}  # sets that every checkpoint has


def checkpoint_steps(steps: int, count: int) -> list[int]:
    """Steps after which a training is scored: `count` equal parts; fewer if steps coincide."""
    return sorted({max(1, steps * part // count) for part in range(1, count + 1)})


def chosen_metrics(words: Iterable[str]) -> dict[str, Metric]:
    """Make the metrics of a search: the Fréchet distance, which selects the best, and others.

    Args:
        words: `NAME=SETTINGS`, the settings as JSON.

    Raises:
        InputError: a metric is not known, needs sets that a search does not have, or has wrong
            settings.
    """
    found: dict[str, Metric] = {}
    for name, values in {"fid": {}, **parse_items(words)}.items():
        kind = resolve(METRICS, name, "metric")
        if fault := unscorable(kind):
            raise InputError(f"--metrics: {name} {fault}.")
        found[name] = kind.checked(values, f"--metrics {name}")
    return found


def needs(metrics: Mapping[str, Metric]) -> list[str]:
    """Name the sets that metrics need, each once."""
    return list(dict.fromkeys(name for metric in metrics.values() for name in metric.NEEDS))


def load_given(
    metrics: Mapping[str, Metric], paths: Mapping[str, str | None], settings: Sequence[str]
) -> dict[str, Any]:
    """Read the sets that metrics need and that do not depend on a training.

    Args:
        metrics: the metrics of the scores.
        paths: files by the names of `aeot.metrics.base.SETS`.
        settings: of the data set whose manifold is known, as KEY=VALUE.

    Raises:
        InputError: as for `aeot.metrics.base.load_set`.
    """
    return {
        name: load_set(name, paths.get(name), settings)
        for name in needs(metrics)
        if name not in MADE
    }


class Inverter:
    """Compute the distances of test images to the range of a model.

    Args:
        images: uint8 (m, c, h, w), on the model's device.
        settings: settings of the search for them, which uses the first `settings.images`.
    """

    def __init__(self, images: Tensor, settings: InversionSettings) -> None:
        self.images, self.settings = images[: settings.images], settings

    def __call__(self, model: ImageModel, seed: int) -> dict[str, Array]:
        """Return the set `range` of a model, whose weights have no gradients afterwards."""
        return invert_model(model, self.images, self.settings, seed)


class Scorer:
    """Score images with metrics; the network of the extractor is loaded once.

    Args:
        extractor: computes the features.
        metrics: the metrics of the scores.
        given: the sets that `load_given` returns, and `range` if it does not change.
        device: where the network runs.
        inverter: computes `range` if a metric needs it.
    """

    def __init__(
        self,
        extractor: ExtractorSettings,
        metrics: Mapping[str, Metric],
        given: Mapping[str, Any],
        device: torch.device,
        inverter: Inverter | None = None,
    ) -> None:
        self.extractor, self.metrics, self.given = extractor, metrics, given
        self.network, self.device = extractor.network(device), device
        self.inverter = inverter

    def key(self) -> dict[str, Any]:
        """Return the settings that identify the scores besides the images' features, JSON-ready."""
        metrics = {name: metric.model_dump() for name, metric in self.metrics.items()}
        found = {"metrics": metrics, "extractor": self.extractor.model_dump()}
        return found | ({"inversion": self.inverter.settings.model_dump()} if self.inverter else {})

    def __call__(
        self, images: Array, seed: int, model: Callable[[], ImageModel] | None = None
    ) -> list[Row]:
        """Score images.

        Args:
            images: uint8 (n, c, h, w).
            seed: seed of the draws of a metric.
            model: returns a copy of the model that drew them, which only metrics of its range need.
        """
        fake = extract_by(self.network, images, self.extractor.batch_size, self.device)
        sets = {**self.given, "fake": fake, "images": images}
        if self.inverter and model:
            sets["range"] = self.inverter(model(), seed)
        return [row for metric in self.metrics.values()
                for row in metric.score(sets, seed, self.device).rows]  # fmt: skip


class ScoredTraining(ImageTraining):
    """A training that stores scores instead of images.

    Args:
        model: as for `ImageTraining`.
        images: likewise.
        seed: likewise.
        count: images that are scored at every checkpoint, drawn from the same noise.
        checkpoints: see `checkpoint_steps`.
        score: of images.

    Attributes:
        rows: rows of `score`, with the step and the seconds of the training so far.
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
        """See `StepTraining`: draw and score images, and discard them.

        Raises:
            DivergedError: a weight or an image is not finite.
        """
        super().note()
        images = self.images_drawn.pop().numpy()
        reached = {"step": self.step, "seconds": self.seconds}
        self.rows += [reached | row for row in self.score(images, self.seed, self.sampling)]

    def sampling(self) -> ImageModel:
        """Return a copy of the model whose generator is the one used for sampling."""
        model = copy.deepcopy(self.model)
        model.generator.load_state_dict(self.generator.state_dict())
        return model.eval()
