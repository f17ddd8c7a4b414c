"""A folder of the user's own pictures: any size, grey or colour, flat or in class folders."""

import logging
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from aeot.datasets.base import Dataset, Split
from aeot.datasets.copies import SIDE, groups
from aeot.datasets.fingerprints import content_digest
from aeot.datasets.picturefiles import Listing, list_pictures
from aeot.datasets.pictures import Crop, open_picture, random_part, square, to_array
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.files import Array
from aeot.seeding import numpy_generator, stream_seed

log = logging.getLogger("aeot")


class ImageFolderSettings(DatasetSettings):
    """The folder, and how its pictures are converted to images of one shape."""

    folder: str = Field(min_length=1, description="folder of pictures, searched recursively")
    size: int = Field(64, ge=4, le=1024, description="width and height of the images, in pixels")
    crop: Crop = Field(
        "centre",
        description=(
            "how a picture is made square: 'centre' crops, 'pad' adds black bars, 'stretch' "
            "changes the aspect ratio, 'none' accepts only pictures of that size"
        ),
    )
    channels: Literal[1, 3] = Field(3, description="1 for grey, 3 for colour")
    test_fraction: float = Field(
        0.1, gt=0, lt=1, description="share of the distinct pictures that is used for testing"
    )
    augment: int = Field(
        1,
        ge=1,
        le=100,
        description="training images of each training picture: the picture, and others of a random "
        "part of it, half of them mirrored",
    )

    @model_validator(mode="after")
    def _parts_no_picture(self) -> Self:
        if self.augment > 1 and self.validation_count is not None:
            raise ValueError(
                "augment would put images of one picture on both sides of validation_count; leave "
                "out one of them"
            )
        return self


class ImageFolder(Dataset[ImageFolderSettings]):
    """The user's pictures, with their own split or a random one that keeps copies together."""

    name = "imagefolder"
    Settings = ImageFolderSettings

    def splits(self, raw: Path | None = None) -> tuple[Split, Split]:
        """Return train and test images (n, channels, size, size).

        Labels are the numbers of the subfolders (of train/ and test/, if they exist) in the order
        of their names; there are none if a picture is outside of them.
        """
        listing = list_pictures(self.settings.folder)
        log.info("imagefolder: %s", listing.summary())
        labels = _labels(listing)
        is_test = self._is_test(listing)
        train, test = np.flatnonzero(~is_test), np.flatnonzero(is_test)
        each = self.settings.augment
        place, variant = np.divmod(self.choose("train", len(train) * each), each)
        chosen_test = test[self.choose("test", len(test))]
        return (
            self._read(listing.paths, labels, train[place], variant),
            self._read(listing.paths, labels, chosen_test, np.zeros_like(chosen_test)),
        )

    @classmethod
    def available(cls, settings: ImageFolderSettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`: as if no picture had a copy; in splits, copies are kept together."""
        listing = list_pictures(settings.folder)
        count = len(listing.paths)
        if listing.test is None:
            test = cls(settings)._test_count(count)
        else:
            test = sum(name[0] == listing.test for name in listing.names())
        return (count - test) * settings.augment, test

    @classmethod
    def shape(cls, settings: ImageFolderSettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return settings.channels, settings.size, settings.size

    @classmethod
    def labelled(cls, settings: ImageFolderSettings, root: Path | None = None) -> bool:
        """See `Dataset`: if all pictures are in subfolders."""
        return _labels(list_pictures(settings.folder)) is not None

    def _is_test(self, listing: Listing) -> Array:
        """Mark the test pictures: the user's, or the first ones in a seeded order."""
        copies = groups(np.array([self._thumbnail(path) for path in listing.paths]))
        if listing.test is None:
            return self._draw(listing, copies)
        is_test = np.array([name[0] == listing.test for name in listing.names()])
        shared = np.isin(copies[is_test], copies[~is_test]).sum()
        if shared:
            log.warning(
                "imagefolder: %d of the %d pictures in %s/ are copies of pictures in %s/.",
                *(shared, is_test.sum(), listing.test, listing.train),
            )
        if self.settings.model_fields_set & {"test_fraction"}:
            log.warning("imagefolder: test_fraction is not used: the folder has its own split.")
        return is_test

    def _draw(self, listing: Listing, copies: Array) -> Array:
        """Draw groups of copies for testing.

        The order depends only on the contents of the pictures, so that neither renaming nor adding
        pictures changes it much. A group that is larger than the test set's share of all pictures
        comes last: it is used for training if there are others.
        """
        settings = self.settings
        keys = [
            stream_seed(settings.seed, "imagefolder", "split", content_digest(path))
            for path in listing.paths
        ]
        members: dict[int, list[int]] = {}
        for index, group in enumerate(copies.tolist()):
            members.setdefault(group, []).append(index)
        count = self._test_count(len(members))
        largest = max(1, settings.test_fraction * len(keys))
        order = sorted(
            members.values(),
            key=lambda group: (len(group) > largest, min(keys[index] for index in group)),
        )
        test = [index for group in order[:count] for index in group]
        log.info("imagefolder: %d distinct pictures among %d.", len(order), len(keys))
        return np.isin(np.arange(len(keys)), test)

    def _test_count(self, different: int) -> int:
        """Count the test pictures among `different` ones: at least one on either side."""
        if different < 2:
            raise InputError(
                f"imagefolder: {self.settings.folder} contains one picture (or copies of one, "
                "judging by their thumbnails); training and testing need at least two distinct "
                "ones, or train/ and test/ in the folder."
            )
        return min(max(round(self.settings.test_fraction * different), 1), different - 1)

    def _thumbnail(self, path: Path) -> Array:
        """Decode the part of a picture that is used, at the resolution needed to detect copies."""
        crop = "stretch" if self.settings.crop == "none" else self.settings.crop
        picture = square(open_picture(path, 4 * SIDE), SIDE, crop, str(path))
        return to_array(picture, channels=1)[0]

    def _read(
        self, paths: list[Path], labels: Array | None, chosen: Array, variants: Array
    ) -> Split:
        """Decode the chosen pictures one by one; variant 0 is the picture itself."""
        settings = self.settings
        images = np.empty((len(chosen), settings.channels, settings.size, settings.size), np.uint8)
        for row, (index, variant) in enumerate(zip(chosen, variants, strict=True)):
            path = paths[index]
            picture, crop = open_picture(path), settings.crop
            if variant:
                if crop == "none":
                    square(picture, settings.size, crop, str(path))  # it must have the size
                    crop = "stretch"
                seed = stream_seed(settings.seed, "imagefolder", "augment", content_digest(path))
                picture = random_part(picture, numpy_generator(seed, int(variant)))
            images[row] = to_array(
                square(picture, settings.size, crop, str(path)), settings.channels
            )
        return Split(images, None if labels is None else labels[chosen])


def _labels(listing: Listing) -> Array | None:
    """Number the subfolders of the pictures, below the split if there is one."""
    names = [name if listing.test is None else name[1:] for name in listing.names()]
    if any(len(name) == 1 for name in names):
        return None
    classes = sorted({name[0] for name in names})
    return np.array([classes.index(name[0]) for name in names], np.int64)
