"""The base of data sets: they fetch raw files, and return a training and a test split.

A data set module does not import torch, torchvision, mlxtend or Pillow at its top, because the
workflow imports it to validate the configuration, long before any of them is needed.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Generic, Literal, TypeVar

import numpy as np

from aeot import files
from aeot.datasets.manifold import Manifold
from aeot.datasets.raw import RawFile
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.files import Array
from aeot.seeding import numpy_generator

SettingsT = TypeVar("SettingsT", bound=DatasetSettings)
SplitName = Literal["train", "test"]


@dataclass(frozen=True)
class Split:
    """Images of one split, in a seeded random order.

    Attributes:
        images: (n, c, h, w) uint8.
        labels: (n,) int64 class numbers; or (n, K) int64, which is 1 for each attribute that an
            image has and 0 otherwise; or None.
    """

    images: Array
    labels: Array | None = None


class Dataset(ABC, Generic[SettingsT]):
    """A source of images, with its official or a seeded split into train and test."""

    name: ClassVar[str]
    Settings: ClassVar[type[DatasetSettings]] = DatasetSettings
    fetched: ClassVar[bool] = False  # whether there are raw files to fetch
    attributes: ClassVar[bool] = False  # whether labels, if any, are no classes

    def __init__(self, settings: SettingsT) -> None:
        self.settings = settings

    @classmethod
    def labelled(cls, settings: SettingsT, root: Path | None) -> bool:
        """Whether the images have labels; `root` as for `fetch`."""
        return True

    @classmethod
    @abstractmethod
    def available(cls, settings: SettingsT, root: Path | None) -> tuple[int, int]:
        """Count the images from which train and test images are chosen, without reading any.

        Args:
            settings: settings of the images.
            root: as for `fetch`.
        """

    @classmethod
    @abstractmethod
    def shape(cls, settings: SettingsT) -> tuple[int, int, int]:
        """Channels, height and width of an image."""

    @classmethod
    def manifold(cls, settings: SettingsT) -> Manifold | None:
        """Return the set of all images that the data set can draw, or None if it is not known."""
        return None

    @classmethod
    def sizes(cls, settings: SettingsT, root: Path | None) -> tuple[int, int]:
        """Count the train and test images that are prepared by `splits` and `with_validation`.

        Raises:
            InputError: more images are asked for than are available.
        """
        train, test = cls.available(settings, root)
        train = cls._asked("train", settings.train_count, train)
        test = cls._asked("test", settings.test_count, test)
        if (held := settings.validation_count) is None:
            return train, test
        _check_validation(held, train)
        return train - held, held

    @classmethod
    def _asked(cls, split: SplitName, asked: int | None, available: int) -> int:
        count = available if asked is None else asked
        if count > available:
            raise InputError(
                f"{cls.name}: {split}_count asks for {count} images, but there are {available}."
            )
        return count

    @classmethod
    def fetch(cls, root: Path | None, folder: Path) -> list[RawFile]:
        """Put verified raw files into `folder`, or point to those in `root`.

        Args:
            root: the user's folder with the files, instead of a download, or None.
            folder: where raw files are kept.

        Raises:
            InputError: there is nothing to fetch, or a file is missing, wrong or not reachable.
        """
        raise InputError(f"{cls.name} has no raw files to fetch; prepare it directly.")

    @abstractmethod
    def splits(self, raw: Path | None) -> tuple[Split, Split]:
        """Return train and test images, each a subset in its own seeded random order.

        Args:
            raw: the folder filled by `fetch`; None for a data set without raw files.

        Raises:
            InputError: files are missing or wrong, or more images are requested than exist.
        """

    def choose(self, split: SplitName, available: int) -> Array:
        """Choose which images of a split are used, and their order.

        The first n images of a larger choice are the choice of n images, so that subsets are nested
        and the first images of any prepared file are a random sample.

        Args:
            split: name of the split; train and test have separate random streams.
            available: number of images that the split has.

        Returns:
            (count,) int64 indices below `available`, each at most once.

        Raises:
            InputError: more images are asked for than are available.
        """
        asked = self.settings.train_count if split == "train" else self.settings.test_count
        count = self._asked(split, asked, available)
        return numpy_generator(self.settings.seed, "data", split).permutation(available)[:count]


def with_validation(train: Split, test: Split, count: int | None) -> tuple[Split, Split]:
    """Replace the test images by the last `count` training images, which are not used for training.

    Settings that are chosen on such a split do not depend on any test image. If `count` is None,
    nothing changes.

    Raises:
        InputError: no training image would remain.
    """
    if count is None:
        return train, test
    _check_validation(count, len(train.images))
    parts = [None, None] if train.labels is None else [train.labels[:-count], train.labels[-count:]]
    return (
        Split(train.images[:-count], parts[0]),
        Split(train.images[-count:], parts[1]),
    )


def _check_validation(count: int, train: int) -> None:
    if count >= train:
        raise InputError(
            f"validation_count is {count}, but there are {train} training images; lower it."
        )


def save_splits(train: Split, test: Split, train_path: Path, test_path: Path) -> None:
    """Write both splits as `.npz`; either both files appear or neither.

    Raises:
        InputError: a split is empty or has the wrong form, or the two differ in channels or size.
    """
    for split, name in ((train, "train"), (test, "test")):
        files.check_images(split.images, f"the {name} images")
    if train.images.shape[1:] != test.images.shape[1:]:
        raise InputError(
            f"training images are {train.images.shape[1:]}, test images {test.images.shape[1:]} "
            "(channels, height, width); they must be equal."
        )
    with files.atomic(train_path) as train_part, files.atomic(test_path) as test_part:
        files.save_arrays(train_part, **_arrays(train))
        files.save_arrays(test_part, **_arrays(test))


def _arrays(split: Split) -> dict[str, Array]:
    if split.labels is None:
        return {"images": split.images}
    return {"images": split.images, "labels": split.labels.astype(np.int64)}
