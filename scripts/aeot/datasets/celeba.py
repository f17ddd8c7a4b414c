"""CelebA: 202,599 aligned photographs of faces, 178 x 218, colour (Liu et al., 2015).

Each picture is cut to its central 160 x 160 pixels and resized to 64 x 64, as by Lucic et al.
(2018). Train is the official partition 0; test is the official partition 2. Lucic et al. differ:
they test on 10,000 images of the validation part (`test_partition: val`, `test_count: 10000`)
and resize without antialiasing. Labels are the 40 attributes; a user's folder may lack them.

Pictures are read one by one from the archive or the folder and never extracted; memory contains
only the chosen 64 x 64 images: 2.5 GB for all 200,000.
"""

import io
import logging
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from aeot.datasets.base import Dataset, Split
from aeot.datasets.celeba_attributes import ATTRIBUTES, ATTRIBUTES_CSV, read_attributes
from aeot.datasets.pictures import centre_crop, decode, square, to_array
from aeot.datasets.raw import RawFile, check_root, download_file, find, load_list, point_to
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.files import Array, file_digest

log = logging.getLogger("aeot")

ARCHIVE, PICTURES = "img_align_celeba.zip", "img_align_celeba"
PARTITION, PARTITION_CSV = "list_eval_partition.txt", "list_eval_partition.csv"
PLACES = (".", "celeba", "Img", "Eval", "Anno", "celeba/Img", "celeba/Eval", "celeba/Anno")
NUMBERS = {"train": 0, "val": 1, "test": 2}  # names of the parts in the partition file


class CelebASettings(DatasetSettings):
    """Crop and size of a face, and the official part that is the test set."""

    crop: int = Field(160, ge=8, le=1024, description="side of the central square, in pixels")
    size: int = Field(64, ge=4, le=1024, description="width and height after resizing, in pixels")
    test_partition: Literal["test", "val"] = Field(
        "test", description="official partition used as the test set"
    )


class CelebA(Dataset[CelebASettings]):
    """CelebA's aligned faces; addresses and MD5s are torchvision's."""

    name = "celeba"
    Settings = CelebASettings
    fetched = True
    attributes = True
    picture_size: ClassVar[tuple[int, int]] = (178, 218)  # width, height
    addresses: ClassVar[dict[str, str]] = {
        ARCHIVE: "https://drive.google.com/file/d/0B7EVK8r0v71pZjFTYXZWM3FlRnM",
        PARTITION: "https://drive.google.com/file/d/0B7EVK8r0v71pY0NSMzRuSXJEVkk",
        ATTRIBUTES: "https://drive.google.com/file/d/0B7EVK8r0v71pblRyaVFSWGxPY0U",
    }
    part_counts: ClassVar[tuple[int, int, int]] = (162_770, 19_867, 19_962)
    md5: ClassVar[dict[str, str]] = {
        ARCHIVE: "00d2c5bc6d35e252742224ab0c1e8fcb",
        PARTITION: "d32c9cbf5e040fd4025c592c306e6668",
        ATTRIBUTES: "75e246fa4810816ffd6ee81facbd244c",
    }

    @classmethod
    def available(cls, settings: CelebASettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`: the official parts."""
        return cls.part_counts[NUMBERS["train"]], cls.part_counts[NUMBERS[settings.test_partition]]

    @classmethod
    def shape(cls, settings: CelebASettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return 3, settings.size, settings.size

    @classmethod
    def labelled(cls, settings: CelebASettings, root: Path | None) -> bool:
        """See `Dataset`: if the list of attributes is downloaded, or is in the folder."""
        return root is None or cls._find_attributes(root) is not None

    @classmethod
    def fetch(cls, root: Path | None, folder: Path) -> list[RawFile]:
        """Download archive, partition and attributes into `folder`, or point to those in `root`."""
        if root is None:
            return [
                download_file(cls.name, [cls.addresses[name]], folder / name, cls._checksum(name))
                for name in (PARTITION, ATTRIBUTES, ARCHIVE)
            ]
        check_root(root, cls.name)
        partition = find(root, PLACES, [PARTITION, PARTITION_CSV])
        archive = find(root, PLACES, [ARCHIVE])
        pictures = find(root, [f"{place}/{PICTURES}" for place in PLACES], [PICTURES, "."])
        attributes = cls._find_attributes(root)
        more = [] if attributes is None else [cls._attributes(attributes)]
        if partition is not None and archive is not None:
            parts = cls._partition(partition)
            return [parts, *more, point_to(cls.name, archive, cls._checksum(ARCHIVE))]
        if partition is not None and pictures is not None:
            return [cls._partition(partition), *more, cls._listed(pictures, partition)]
        raise InputError(
            f"celeba: sources.celeba.root must contain {PARTITION} and either {ARCHIVE} or the "
            f"folder {PICTURES}; {root} lacks "
            f"{PARTITION if partition is None else 'the pictures'}."
        )

    @classmethod
    def _checksum(cls, name: str) -> str:
        return f"md5:{cls.md5[name]}"

    @classmethod
    def _partition(cls, path: Path) -> RawFile:
        """Verify the partition by its MD5, or a CSV copy of it by the size of each part."""
        if path.name == PARTITION:
            return point_to(cls.name, path, cls._checksum(PARTITION))
        numbers = list(read_partition(path).values())
        counts = tuple(numbers.count(part) for part in NUMBERS.values())
        if counts != cls.part_counts:
            raise InputError(f"{path} has parts of {counts} pictures, not {cls.part_counts}.")
        return _copy(PARTITION, path)

    @classmethod
    def _find_attributes(cls, root: Path) -> Path | None:
        return find(root, PLACES, [ATTRIBUTES, ATTRIBUTES_CSV])

    @classmethod
    def _attributes(cls, path: Path) -> RawFile:
        """Verify the attributes by their MD5, or a CSV copy by the number of pictures."""
        if path.name == ATTRIBUTES:
            return point_to(cls.name, path, cls._checksum(ATTRIBUTES))
        count = len(read_attributes(path)[1])
        if count != sum(cls.part_counts):
            raise InputError(f"{path} lists {count} pictures, not {sum(cls.part_counts)}.")
        return _copy(ATTRIBUTES, path)

    @classmethod
    def _listed(cls, pictures: Path, partition: Path) -> RawFile:
        """Check that the extracted folder is complete; pictures are checked when they are read."""
        sizes = {entry.name: entry.stat().st_size for entry in os.scandir(pictures)}
        names = sorted(read_partition(partition))
        missing = [name for name in names if name not in sizes]
        if missing:
            raise InputError(
                f"{pictures} lacks {len(missing)} of CelebA's {len(names)} pictures "
                f"({missing[0]} first); unpack {ARCHIVE} again."
            )
        listing = "".join(f"{name}\0{sizes[name]}\0" for name in names)
        place = str(pictures.resolve())
        total = sum(sizes[name] for name in names)
        checksum = f"listing-sha256:{sha256(listing.encode()).hexdigest()}"
        return RawFile(PICTURES, place, total, checksum, place)

    def splits(self, raw: Path | None) -> tuple[Split, Split]:
        """Return train and test images (n, 3, size, size), and their attributes (n, 40)."""
        paths = load_list(raw, self.name)
        parts = read_partition(paths[PARTITION])
        train = self._choose_names(parts, "train", "train")
        test = self._choose_names(parts, "test", self.settings.test_partition)
        known = read_attributes(paths[ATTRIBUTES])[1] if ATTRIBUTES in paths else None
        with _opener(paths) as open_picture:
            return self._read(train, open_picture, known), self._read(test, open_picture, known)

    def _choose_names(
        self, parts: dict[str, int], split: Literal["train", "test"], part: str
    ) -> list[str]:
        """Choose a split's pictures before any is read."""
        names = sorted(name for name, number in parts.items() if number == NUMBERS[part])
        return [names[index] for index in self.choose(split, len(names))]

    def _read(
        self,
        names: list[str],
        open_picture: Callable[[str], bytes],
        known: dict[str, Array] | None,
    ) -> Split:
        """Decode pictures one by one, in the order of the archive, each into its chosen row."""
        size = self.settings.size
        images = np.empty((len(names), 3, size, size), np.uint8)
        for done, row in enumerate(sorted(range(len(names)), key=names.__getitem__), start=1):
            images[row] = self._decode(open_picture(names[row]), names[row])
            if done % 10_000 == 0:
                log.info("celeba: %d of %d pictures read", done, len(names))
        if known is None:
            return Split(images)
        lacking = [name for name in names if name not in known]
        if lacking:
            raise InputError(
                f"CelebA's attributes do not list {lacking[0]}; use the complete list."
            )
        return Split(images, np.stack([known[name] for name in names]))

    def _decode(self, content: bytes, name: str) -> Array:
        picture = decode(io.BytesIO(content), f"CelebA's {name}")
        if picture.mode != "RGB" or picture.size != self.picture_size:
            width, height = self.picture_size
            raise InputError(
                f"CelebA's {name} is a {picture.mode} picture of {picture.width} x "
                f"{picture.height} pixels, not RGB of {width} x {height}: not the aligned set."
            )
        cut = centre_crop(picture, self.settings.crop)
        return to_array(square(cut, self.settings.size, "centre", name), 3)


def _copy(name: str, path: Path) -> RawFile:
    """Refer to a file that replaces a published one and has its own checksum."""
    place = str(path.resolve())
    return RawFile(name, place, path.stat().st_size, f"sha256:{file_digest(path)}", place)


def read_partition(path: Path) -> dict[str, int]:
    """Read the official partition: lines of "name number", 0 train, 1 validation, 2 test.

    A CSV copy ("name,number" below a header) is read as well.

    Raises:
        InputError: a line has neither form.
    """
    parts: dict[str, int] = {}
    text = path.read_text(encoding="utf-8", errors="replace")  # a damaged line is named below
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").split()
        if number == 1 and words == ["image_id", "partition"]:
            continue
        if len(words) != 2 or words[1] not in ("0", "1", "2"):
            raise InputError(f"{path}, line {number}: expected a picture's name and 0, 1 or 2.")
        parts[words[0]] = int(words[1])
    return parts


@contextmanager
def _opener(paths: dict[str, Path]) -> Iterator[Callable[[str], bytes]]:
    """Yield a function from a picture's name to its bytes."""
    if ARCHIVE not in paths:
        folder = paths[PICTURES]

        def from_folder(name: str) -> bytes:
            try:
                return (folder / name).read_bytes()
            except FileNotFoundError:
                raise InputError(
                    f"{folder / name} has disappeared since CelebA was fetched."
                ) from None

        yield from_folder
        return
    archive = paths[ARCHIVE]
    try:
        with zipfile.ZipFile(archive) as opened:

            def from_archive(name: str) -> bytes:
                try:
                    return opened.read(f"{PICTURES}/{name}")
                except KeyError:
                    raise InputError(f"{archive} has no {PICTURES}/{name}.") from None
                except (zipfile.BadZipFile, zlib.error, EOFError) as error:
                    raise InputError(
                        f"{archive}: {name} is corrupt ({error}); fetch it again."
                    ) from None

            yield from_archive
    except zipfile.BadZipFile as error:
        raise InputError(f"{archive} is truncated or not a zip archive: {error}.") from None
