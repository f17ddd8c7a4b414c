"""PNG files: single pictures, pictures side by side, and folders of numbered pictures."""

import secrets
import shutil
from pathlib import Path

import numpy as np

from aeot.errors import InputError
from aeot.files import Array, atomic


def save_png(path: str | Path, pixels: Array) -> None:
    """Write a picture.

    Args:
        path: of the file, which appears when it is complete.
        pixels: uint8 (h, w, c), with 1 channel (grey) or 3.
    """
    from PIL import Image

    with atomic(path) as temporary:
        picture = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
        picture.save(temporary, format="png")


def check_new(folder: str | Path) -> None:
    """Refuse a folder that `save_folder` could not write.

    Raises:
        InputError: it contains files, or it is a file.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a new folder for the pictures.")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty; name a new folder for the pictures.")


def save_folder(folder: str | Path, images: Array) -> None:
    """Write images as `0.png`, `1.png`, ... with as many digits as the last number has.

    The folder appears when all of them are written, and is unchanged if that fails.

    Args:
        folder: a new one, or an empty one.
        images: uint8 (n, c, h, w) with 1 or 3 channels.

    Raises:
        InputError: as for `check_new`.
    """
    check_new(folder)
    folder = Path(folder).resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}.tmp")
    digits = len(str(len(images) - 1))
    try:
        temporary.mkdir()
        for number, image in enumerate(images):
            save_png(temporary / f"{number:0{digits}}.png", image.transpose(1, 2, 0))
        temporary.replace(folder)  # also if it is an empty folder
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def lay_rows(*rows: Array) -> Array:
    """Arrange rows of images of one shape below each other.

    Args:
        rows: each uint8 (n, c, h, w), all of one shape.

    Returns:
        uint8 (rows * h, n * w, c).
    """
    count, channels, height, width = rows[0].shape
    grid = np.stack(rows).transpose(0, 3, 1, 4, 2)  # rows, h, n, w, c
    return grid.reshape(len(rows) * height, count * width, channels)
