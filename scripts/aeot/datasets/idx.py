"""The idx format of MNIST and Fashion-MNIST: four files, gzipped or not.

Layout of an idx file: 0, 0, type code (8: unsigned byte), number of dimensions, then each
dimension as a big-endian 32-bit integer, then the bytes, last dimension fastest.
"""

import gzip
import hashlib
import zlib
from math import prod
from pathlib import Path
from typing import ClassVar

import numpy as np

from aeot import files
from aeot.datasets.base import Dataset, Split
from aeot.datasets.raw import RawFile, check_root, download_file, find, load_list
from aeot.datasets.settings import DatasetSettings
from aeot.errors import InputError
from aeot.files import Array

UNSIGNED_BYTE = 8


def read_bytes(path: Path, most: int) -> bytes:
    """Read a file, and unpack it if its first bytes are those of gzip.

    Args:
        path: the file.
        most: largest number of bytes; a small gzip file can unpack to any size.

    Raises:
        InputError: the gzip stream is truncated or corrupt, or contains more.
    """
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as stream:
            content = stream.read(most + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path} is a truncated or corrupt gzip file: {error}.") from None
    if len(content) > most:
        raise InputError(f"{path} contains more than the {most} bytes of the published file.")
    return content


def parse_idx(content: bytes, path: Path, shape: tuple[int, ...]) -> Array:
    """Read an idx file's array.

    Args:
        content: the file's bytes, not gzipped.
        path: the file's name, for messages.
        shape: the shape that it must have.

    Returns:
        uint8 array of that shape, read-only.

    Raises:
        InputError: no idx file, another shape, or another length than its header says.
    """
    head = _size(shape) - prod(shape)
    if content[:4] != bytes((0, 0, UNSIGNED_BYTE, len(shape))) or len(content) < head:
        raise InputError(f"{path} is not an idx file of unsigned bytes in {len(shape)} dimensions.")
    found = tuple(int(size) for size in np.frombuffer(content[4:head], ">u4"))
    if found != shape:
        raise InputError(f"{path} contains an array of shape {found}, not {shape}.")
    if len(content) != _size(shape):
        raise InputError(
            f"{path} has {len(content)} bytes, not {_size(shape)}: truncated or altered."
        )
    return np.frombuffer(content, np.uint8, offset=head).reshape(shape)


def _size(shape: tuple[int, ...]) -> int:
    """Bytes of an idx file: its header and its array."""
    return 4 + 4 * len(shape) + prod(shape)


class IdxDataset(Dataset[DatasetSettings]):
    """A data set of four idx files; a subclass names their contents and addresses."""

    fetched = True
    mirrors: ClassVar[tuple[str, ...]]  # addresses of folders that hold <stem>.gz
    torchvision_name: ClassVar[str]  # <root>/<this>/raw is torchvision's layout
    system_folder: ClassVar[Path | None] = None  # where the system's own package puts the files
    gzip_md5: ClassVar[dict[str, str]]  # of the published <stem>.gz, by stem
    content_sha256: ClassVar[dict[str, str]]  # of the gunzipped file, by stem
    counts: ClassVar[dict[str, int]] = {"train": 60_000, "t10k": 10_000}
    size: ClassVar[int] = 28

    @classmethod
    def available(cls, settings: DatasetSettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`."""
        return cls.counts["train"], cls.counts["t10k"]

    @classmethod
    def shape(cls, settings: DatasetSettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return 1, cls.size, cls.size

    @classmethod
    def shapes(cls) -> dict[str, tuple[int, ...]]:
        """Shape of each file's array, by stem."""
        shapes: dict[str, tuple[int, ...]] = {}
        for split, count in cls.counts.items():
            shapes[f"{split}-images-idx3-ubyte"] = (count, cls.size, cls.size)
            shapes[f"{split}-labels-idx1-ubyte"] = (count,)
        return shapes

    @classmethod
    def fetch(cls, root: Path | None, folder: Path) -> list[RawFile]:
        """Put the four gunzipped files, their contents verified, into `folder`."""
        if root is None and cls.system_folder is not None and cls.system_folder.is_dir():
            root = cls.system_folder
        if root is not None:
            check_root(root, cls.name)
        return [cls._fetch_one(stem, root, folder) for stem in cls.shapes()]

    @classmethod
    def _fetch_one(cls, stem: str, root: Path | None, folder: Path) -> RawFile:
        packed = folder / f"{stem}.gz"
        if root is None:
            addresses = [mirror + packed.name for mirror in cls.mirrors]
            checksum = f"md5:{cls.gzip_md5[stem]}"
            origin = download_file(cls.name, addresses, packed, checksum).origin
            path = packed
        else:
            path = cls._find(stem, root)
            origin = str(path.resolve())
        content = read_bytes(path, _size(cls.shapes()[stem]))
        cls._verify(content, path, stem)
        with files.atomic(folder / stem) as temporary:
            temporary.write_bytes(content)
        if root is None:
            packed.unlink()
        return RawFile(stem, stem, len(content), f"sha256:{cls.content_sha256[stem]}", origin)

    @classmethod
    def _find(cls, stem: str, root: Path) -> Path:
        dotted = stem.replace("-idx", ".idx")  # as some archives rename them
        places = (".", "raw", f"{cls.torchvision_name}/raw", cls.torchvision_name)
        path = find(root, places, [stem, f"{stem}.gz", dotted, f"{dotted}.gz"])
        if path is None:
            raise InputError(
                f"{cls.name}: neither {stem} nor {stem}.gz is in {root}, {root / 'raw'} or "
                f"{root / cls.torchvision_name / 'raw'}; sources.{cls.name}.root must contain it."
            )
        return path

    @classmethod
    def _verify(cls, content: bytes, path: Path, stem: str) -> Array:
        """Check the structure (the clearer message), then the contents."""
        array = parse_idx(content, path, cls.shapes()[stem])
        found = hashlib.sha256(content).hexdigest()
        if found != cls.content_sha256[stem]:
            raise InputError(
                f"{path} does not contain {cls.name}'s {stem}: the SHA-256 of its contents is "
                f"{found}, not {cls.content_sha256[stem]} (altered, or another data set's file)."
            )
        return array

    def splits(self, raw: Path | None) -> tuple[Split, Split]:
        """Return the official train and test images (n, 1, 28, 28) and their classes."""
        paths = load_list(raw, self.name)
        arrays = {
            stem: self._verify(paths[stem].read_bytes(), paths[stem], stem)
            for stem in self.shapes()
        }
        train = self.choose("train", self.counts["train"])
        test = self.choose("test", self.counts["t10k"])
        return _take(arrays, "train", train), _take(arrays, "t10k", test)


def _take(arrays: dict[str, Array], split: str, order: Array) -> Split:
    images = arrays[f"{split}-images-idx3-ubyte"][order][:, None]
    return Split(images, arrays[f"{split}-labels-idx1-ubyte"][order].astype(np.int64))
