"""The base of metrics: the sets that they compare, their tidy rows and their columns in tables."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

import numpy as np

from aeot.datasets import DATASETS
from aeot.datasets.manifold import Manifold
from aeot.errors import InputError
from aeot.features import EXTRACTORS
from aeot.features.settings import Classifier
from aeot.files import Array, load_arrays, load_images, load_matrix
from aeot.registry import resolve
from aeot.settings import Settings

if TYPE_CHECKING:
    import torch

COLUMNS = ["metric", "value", "n_real", "n_fake"]
# What a metric may need, and the descriptions of the files.
SETS = {
    "real": "features of the test images",
    "fake": "features to be scored",
    "train": "features of all training images",
    "midpoints": "features of interpolations of 3 points between pairs of test images",
    "images": "the images to be scored",
    "range": "distances of test images to what a generator draws, of invert_generator.py",
    "manifold": "the registered data set, whose manifold is known",
    "classifier": "the extractor of the features, whose classifier makes logits of them",
}
NAMED = ("manifold", "classifier")  # of them, what is no file but registered
_FEATURES = ("real", "fake", "train", "midpoints")

LARGEST = 1e15  # so that squares fit into float32 and sixth powers into float64

Row = dict[str, str | float | int]


@dataclass(frozen=True)
class Column:
    """How the score tables show a value.

    Attributes:
        heading: heading of the column.
        note: explanation, for the lines below the table.
        factor: what the value is multiplied by.
        digits: number of decimals.
    """

    heading: str
    note: str = ""
    factor: float = 1.0
    digits: int = 2


class Score(NamedTuple):
    """Rows with the keys `COLUMNS`, and the points of the curve of a metric that has one."""

    rows: list[Row]
    curve: list[dict[str, Any]] = []


class Metric(Settings):
    """Base of every metric; its fields are its settings.

    Attributes:
        NEEDS: the names in `SETS` of the sets that `score` takes.
        SHOWN: columns of the score tables, by the name of the row. The Fréchet distance, the
            kernel distance and the F-scores have columns in every table.
        CURVE: columns of the curve, of a metric that has one.
        LEAST: fewest images that each set must have.
        GPU: whether distances are computed on the device.
    """

    NEEDS: ClassVar[tuple[str, ...]] = ("real", "fake")
    SHOWN: ClassVar[dict[str, Column]] = {}
    CURVE: ClassVar[list[str]] = []
    LEAST: ClassVar[int] = 1
    GPU: ClassVar[bool] = False

    def shortage(self, images: int) -> tuple[str, str] | None:
        """Report what the metric lacks when `images` images of each set are scored.

        Returns:
            The setting that requires more ("" if there is none) and what it requires; None if
            nothing is lacking.
        """
        text = f"it needs at least {self.LEAST} scored images"
        return ("", text) if images < self.LEAST else None

    def score(
        self, sets: Mapping[str, Any], seed: int = 0, device: "torch.device | None" = None
    ) -> Score:
        """Compare the sets.

        Args:
            sets: by the names in `NEEDS`: features (n, k), images uint8 (n, c, h, w), the
                distances of a range, or a `Manifold`.
            seed: seed of all random choices.
            device: where a metric with `GPU` computes its distances.

        Raises:
            InputError: the sets do not match, or are too small.
        """
        raise NotImplementedError


def load_sets(
    metric: Metric,
    paths: Mapping[str, str | None],
    count: int | None = None,
    settings: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """Load the sets that a metric needs.

    Args:
        metric: its `NEEDS` are loaded.
        paths: files by their names in `SETS`; registered names for those in `NAMED`.
        count: how many images are scored, starting with the first; None: all.
        settings: settings of what is registered, as KEY=VALUE, by the names in `NAMED`.

    Raises:
        InputError: as `load_set`.
    """
    given = settings or {}
    found = {n: load_set(n, paths.get(n), given.get(n, ())) for n in metric.NEEDS}
    return found | {name: found[name][:count] for name in found if name == "images"}


def load_set(name: str, path: str | None, settings: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """Load one of the `SETS`.

    Args:
        name: name of the set.
        path: its file, or the registered name for a set in `NAMED`.
        settings: settings of what is registered, as KEY=VALUE.

    Raises:
        InputError: the file is not given, is missing, has the wrong shape or contains a number
            that is not finite; the manifold of the data set is not known, or the extractor has
            no classifier.
    """
    if path is None:
        raise InputError(f"this metric needs --{option(name)}: {SETS[name]}.")
    if name == "images":
        return load_images(path)
    if name == "range":
        return load_arrays(path, "nearest") | load_arrays(path)
    if name == "manifold":
        return known_manifold(path, settings)
    if name == "classifier":
        return known_classifier(path, settings)
    return load_matrix(path, "features")


def option(name: str) -> str:
    """Return the command-line option for a set of `SETS`, without the hyphens in front."""
    return f"{name}-features" if name in _FEATURES else name


def known_manifold(source: str, settings: Sequence[str]) -> Manifold:
    """Return the manifold of a registered data set, with settings as KEY=VALUE.

    Raises:
        InputError: the data set or a setting is not known, or the manifold is not.
    """
    loader = resolve(DATASETS, source, "data set")
    found: Manifold | None = loader.manifold(loader.Settings.from_items(settings))
    if found is None:
        raise InputError(
            f"the manifold of {source!r} is not known; use polygons, or leave out this metric."
        )
    return found


def known_classifier(extractor: str, settings: Sequence[str]) -> Classifier:
    """Return the classifier of an extractor, with settings as KEY=VALUE.

    Raises:
        InputError: the extractor or a setting is not known, or it has no classifier.
    """
    found = resolve(EXTRACTORS, extractor, "extractor").from_items(settings)
    if not found.CLASSES:
        raise InputError(f"the extractor {extractor} has no classifier; use another one.")
    return cast("Classifier", found.classifier())


def check_pair(real: Array, fake: Array, least: int) -> None:
    """Refuse two sets that cannot be compared.

    Args:
        real: (n, k) features.
        fake: (m, k) features.
        least: minimum number of rows of each set.

    Raises:
        InputError: the sets differ in k, or one has fewer than `least` rows, or a number that is
            not finite or beyond `LARGEST`.
    """
    if real.shape[1] != fake.shape[1]:
        raise InputError(
            f"the real features have {real.shape[1]} columns and the fake ones {fake.shape[1]}; "
            "extract both with the same extractor."
        )
    for name, features in (("real", real), ("fake", fake)):
        if len(features) < least:
            raise InputError(
                f"the {name} features have {len(features)} row(s); "
                f"this metric needs at least {least}."
            )
        if not (np.abs(features) <= LARGEST).all():
            raise InputError(
                f"the {name} features contain a number that is not finite or beyond {LARGEST:g}; "
                "extract them again."
            )


def content_order(x: Array) -> Array:
    """Order the rows (n, k) by a hash of their bytes, so that equal sets have equal orders."""
    rows = np.ascontiguousarray(x + 0.0)  # + 0.0 turns -0 into 0
    keys = [hashlib.blake2b(r.tobytes(), digest_size=16).digest() for r in rows]
    return np.array(sorted(range(len(x)), key=keys.__getitem__))


def row(metric: str, value: float, n_real: int, n_fake: int) -> Row:
    """Return a tidy row with the keys `COLUMNS`."""
    return {"metric": metric, "value": float(value), "n_real": n_real, "n_fake": n_fake}


def rows_of(values: Mapping[str, float], n_real: int, n_fake: int) -> list[Row]:
    """Return tidy rows for several values of the same sets."""
    return [row(metric, value, n_real, n_fake) for metric, value in values.items()]
