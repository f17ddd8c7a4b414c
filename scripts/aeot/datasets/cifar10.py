"""CIFAR-10: 50,000 + 10,000 photographs, 32 x 32, colour (Krizhevsky, 2009).

The official files are pickles. They are read only after their published MD5 was verified, and then
by an unpickler that accepts only NumPy arrays.
"""

import io
import pickle
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from aeot.datasets.base import Dataset, Split
from aeot.datasets.raw import RawFile, check_root, download_file, find, load_list, point_to
from aeot.datasets.settings import DatasetSettings
from aeot.download import verify
from aeot.errors import InputError
from aeot.files import Array

BATCHES = "cifar-10-batches-py"
# Exceptions raised by a damaged pickle.
_DAMAGE = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)
ARRAY_PARTS = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("_codecs", "encode"),
}


class ArrayUnpickler(pickle.Unpickler):
    """An unpickler for only built-in types and NumPy arrays."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        """Refuse everything that is not needed for an array."""
        if (module, name) not in ARRAY_PARTS:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return super().find_class(module, name)


def parse_batch(content: bytes, where: str, count: int) -> tuple[Array, Array]:
    """Read one batch.

    Args:
        content: the bytes of the pickle, whose checksum has been verified.
        where: its name, for messages.
        count: how many images it must have.

    Returns:
        (count, 3, 32, 32) uint8 images, (count,) int64 labels.

    Raises:
        InputError: it is not a pickle of a batch of that size.
    """
    try:
        batch = ArrayUnpickler(io.BytesIO(content), encoding="latin1").load()
        images, labels = np.asarray(batch["data"]), np.asarray(batch["labels"])
    except _DAMAGE as error:
        raise InputError(f"{where} is not a readable CIFAR-10 batch: {error}.") from None
    if images.dtype != np.uint8 or images.shape != (count, 3072) or labels.shape != (count,):
        raise InputError(
            f"{where} contains {images.dtype} images of shape {images.shape} and {labels.shape} "
            f"labels, not uint8 ({count}, 3072) and ({count},)."
        )
    return images.reshape(count, 3, 32, 32), labels.astype(np.int64)


class Cifar10(Dataset[DatasetSettings]):
    """CIFAR-10's python version; address and MD5s are torchvision's."""

    name = "cifar10"
    fetched = True
    address: ClassVar[str] = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz"
    archive: ClassVar[str] = "cifar-10-python.tar.gz"
    archive_md5: ClassVar[str] = "c58f30108f718f92721af3b95e74349a"
    batch_md5: ClassVar[dict[str, str]] = {
        "data_batch_1": "c99cafc152244af753f735de768cd75f",
        "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
        "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
        "data_batch_4": "634d18415352ddfa80567beed471001a",
        "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
        "test_batch": "40351d587109b95175f43aff81a1287e",
    }
    batch_count: ClassVar[int] = 10_000  # images in each batch

    @classmethod
    def available(cls, settings: DatasetSettings, root: Path | None = None) -> tuple[int, int]:
        """See `Dataset`: all batches but the last, and that one."""
        return (len(cls.batch_md5) - 1) * cls.batch_count, cls.batch_count

    @classmethod
    def shape(cls, settings: DatasetSettings) -> tuple[int, int, int]:
        """See `Dataset`."""
        return 3, 32, 32

    @classmethod
    def fetch(cls, root: Path | None, folder: Path) -> list[RawFile]:
        """Download the archive into `folder`, or refer to it, or to its batches, in `root`."""
        if root is None:
            path, checksum = folder / cls.archive, f"md5:{cls.archive_md5}"
            return [download_file(cls.name, [cls.address], path, checksum)]
        check_root(root, cls.name)
        archive = find(root, [".", "CIFAR10"], [cls.archive])
        if archive is not None:
            return [point_to(cls.name, archive, f"md5:{cls.archive_md5}")]
        places = [BATCHES, ".", f"CIFAR10/{BATCHES}"]
        records = []
        for name, md5 in cls.batch_md5.items():
            batch = find(root, places, [name])
            if batch is None:
                raise InputError(
                    f"{cls.name}: neither {cls.archive} nor {BATCHES}/{name} is in {root}; "
                    f"sources.{cls.name}.root must contain one of them."
                )
            records.append(point_to(cls.name, batch, f"md5:{md5}"))
        return records

    def splits(self, raw: Path | None) -> tuple[Split, Split]:
        """Return the official train (five batches) and test images (n, 3, 32, 32), classes."""
        paths = load_list(raw, self.name)
        if self.archive in paths:
            read = self._archive_reader(paths[self.archive])
        else:
            read = self._folder_reader(paths)
        train_names = [name for name in self.batch_md5 if name != "test_batch"]
        batches = [parse_batch(*read(name), self.batch_count) for name in train_names]
        images = np.concatenate([batch[0] for batch in batches])
        labels = np.concatenate([batch[1] for batch in batches])
        test_images, test_labels = parse_batch(*read("test_batch"), self.batch_count)
        train, test = self.choose("train", len(images)), self.choose("test", len(test_images))
        return Split(images[train], labels[train]), Split(test_images[test], test_labels[test])

    def _archive_reader(self, archive: Path) -> Callable[[str], tuple[bytes, str]]:
        """Verify the archive, then read its batches into memory (nothing is extracted)."""
        verify(archive, f"md5:{self.archive_md5}", f"{self.name}'s {archive.name}")
        try:
            with tarfile.open(archive, "r:gz") as tar:
                contents = {
                    Path(member.name).name: stream.read()
                    for member in tar
                    if (stream := tar.extractfile(member)) is not None
                }
        except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
            raise InputError(f"{archive} is not a readable archive: {error}.") from None

        def read(name: str) -> tuple[bytes, str]:
            if name not in contents:
                raise InputError(f"{archive} has no {name}.")
            return contents[name], f"{archive}: {name}"

        return read

    def _folder_reader(self, paths: dict[str, Path]) -> Callable[[str], tuple[bytes, str]]:
        """Verify each extracted batch before it is read."""

        def read(name: str) -> tuple[bytes, str]:
            verify(paths[name], f"md5:{self.batch_md5[name]}", f"{self.name}'s {name}")
            return paths[name].read_bytes(), str(paths[name])

        return read
