"""A folder of the user's own pictures: any size, grey or colour, flat or in class folders."""

import hashlib
import os
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field

from aeot.datasets.base import Dataset, Split
from aeot.datasets.pictures import Crop, decode, square, to_array
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.files import Array, file_digest
from aeot.seeding import stream_seed

SUFFIXES = (
    ".bmp",
    ".gif",
    ".jpeg",
    ".jpg",
    ".pgm",
    ".png",
    ".pnm",
    ".ppm",
    ".tif",
    ".tiff",
    ".webp",
)


class ImageFolderSettings(DatasetSettings):
    """Which folder, and how its pictures become images of one shape."""

    folder: str = Field(min_length=1, description="the folder of pictures, searched in depth")
    size: int = Field(64, ge=4, le=1024, description="width and height of the images, pixels")
    crop: Crop = Field(
        "centre",
        description=(
            "how a picture becomes square: 'centre' cuts, 'pad' adds black bars, 'stretch' "
            "changes the aspect, 'none' takes only pictures of that size"
        ),
    )
    channels: Literal[1, 3] = Field(3, description="1 for grey, 3 for colour")
    test_fraction: float = Field(
        0.1, gt=0, lt=1, description="share of the different pictures that is kept for testing"
    )


def list_pictures(folder: str | Path) -> list[Path]:
    """List the picture files below a folder, hidden ones left out.

    Returns:
        Paths in the order of their names.

    Raises:
        InputError: there is no such folder, or no picture in it.
    """
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        raise InputError(f"imagefolder: {folder} is not a folder; set `folder` to your pictures'.")
    found = []
    for place, subfolders, names in os.walk(folder):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        found += [
            Path(place) / name
            for name in names
            if name.lower().endswith(SUFFIXES) and not name.startswith(".")
        ]
    if not found:
        raise InputError(f"imagefolder: {folder} holds no picture ({', '.join(SUFFIXES)}).")
    return sorted(found)


def fingerprint(folder: str | Path) -> str:
    """Hash the names, sizes and times of a folder's pictures, without reading them.

    A parameter of the workflow's rule, so that a picture that is added, changed or removed
    makes the prepared data stale.

    Returns:
        64 hex digits over (relative path, bytes, modification time in ns) of every picture.

    Raises:
        InputError: there is no such folder, or no picture in it.
    """
    digest = hashlib.sha256()
    top = Path(folder).expanduser()
    for path in list_pictures(folder):
        status = path.stat()
        digest.update(os.fsencode(path.relative_to(top)))
        digest.update(f"\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


class ImageFolder(Dataset[ImageFolderSettings]):
    """The user's pictures, split by a seed; copies of one picture stay on one side."""

    name = "imagefolder"
    Settings = ImageFolderSettings

    def splits(self, raw: Path | None = None) -> tuple[Split, Split]:
        """Return train and test images (n, channels, size, size).

        Labels are the numbers of the folder's subfolders in the order of their names; there
        are none where a picture lies in the folder itself.
        """
        paths = list_pictures(self.settings.folder)
        labels = self._labels(paths)
        is_test = self._is_test(paths)
        train, test = np.flatnonzero(~is_test), np.flatnonzero(is_test)
        chosen_train = train[self.choose("train", len(train))]
        chosen_test = test[self.choose("test", len(test))]
        return self._read(paths, labels, chosen_train), self._read(paths, labels, chosen_test)

    @classmethod
    def labelled(cls, settings: ImageFolderSettings, root: Path | None = None) -> bool:
        """See `Dataset`: where all pictures lie in subfolders."""
        return cls(settings)._labels(list_pictures(settings.folder)) is not None

    def _labels(self, paths: list[Path]) -> Array | None:
        top = Path(self.settings.folder).expanduser()
        parts = [path.relative_to(top).parts for path in paths]
        if any(len(part) == 1 for part in parts):
            return None
        classes = sorted({part[0] for part in parts})
        return np.array([classes.index(part[0]) for part in parts], np.int64)

    def _is_test(self, paths: list[Path]) -> Array:
        """Mark the test pictures: the different contents that come first in a seeded order.

        The order hangs on a picture's contents alone, so that neither its name nor the
        arrival of other pictures moves it far.
        """
        digests = [file_digest(path) for path in paths]
        different = sorted(
            set(digests),
            key=lambda digest: stream_seed(self.settings.seed, "imagefolder", "split", digest),
        )
        if len(different) < 2:
            raise InputError(
                f"imagefolder: {self.settings.folder} holds one picture (or copies of one); "
                "training and testing need at least two different ones."
            )
        count = round(self.settings.test_fraction * len(different))
        test = set(different[: min(max(count, 1), len(different) - 1)])
        return np.array([digest in test for digest in digests])

    def _read(self, paths: list[Path], labels: Array | None, chosen: Array) -> Split:
        """Decode the chosen pictures one by one."""
        settings = self.settings
        images = np.empty((len(chosen), settings.channels, settings.size, settings.size), np.uint8)
        for row, index in enumerate(chosen):
            path = paths[index]
            with path.open("rb") as stream:
                picture = decode(stream, str(path))
            picture = square(picture, settings.size, settings.crop, str(path))
            images[row] = to_array(picture, settings.channels)
        return Split(images, None if labels is None else labels[chosen])
