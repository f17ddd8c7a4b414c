"""Reading and writing files: atomic, without pickle, checked for dtype, shape and finiteness."""

import contextlib
import csv
import hashlib
import json
import secrets
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aeot.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

Array = np.ndarray[Any, Any]

# Columns of tidy CSVs that are text, even if they look like numbers.
_TEXT = (
    *("dataset", "source", "mixture", "model", "row", "curve", "extractor", "axis", "metric"),
    *("series", "label", "block", "file", "kind"),
)

# Exceptions raised by a damaged archive; RuntimeError if it seems to be encrypted.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    EOFError,
    KeyError,
    OSError,
    TypeError,
    RuntimeError,
)


@contextlib.contextmanager
def atomic(path: str | Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; rename it to `path` when the block succeeds.

    If the writer fails or is killed, `path` is unchanged. The name is unique, also among machines
    that share the disk; only after `kill -9` and a crash can the file remain.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def file_digest(path: str | Path, algorithm: str = "sha256") -> str:
    """Hash a file's contents, in hexadecimal; `algorithm` is `md5` or `sha256`."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(
            stream, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def save_arrays(path: str | Path, **arrays: Array) -> None:
    """Write an `.npz` (uncompressed, so that it can be streamed and loaded fast)."""
    with atomic(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def load_arrays(path: str | Path, *names: str) -> dict[str, Array]:
    """Read the arrays `names` of an `.npz`, or all of them.

    Raises:
        InputError: the file is missing or corrupt, or does not contain one of `names`.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [name for name in names if name not in archive.files]
            if missing:
                raise InputError(
                    f"{path} has no array {missing[0]!r}; it contains {sorted(archive.files)}."
                )
            return {name: archive[name] for name in (names or archive.files)}
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except _DAMAGE as error:
        raise InputError(f"{path} is not a readable .npz file: {error}.") from None


def load_images(
    path: str | Path, shape: tuple[int, ...] | None = None, count: int | None = None
) -> Array:
    """Read `images`: uint8, (n, c, h, w), at least one.

    Args:
        path: `.npz` with `images`.
        shape: (c, h, w) of the images that the model was trained on; None: any.
        count: number of images to read, from the first on; None: all.

    Raises:
        InputError: the file cannot be read, the array has another dtype or shape, or there are
            fewer images than `count`.
    """
    images = load_arrays(path, "images")["images"]
    check_images(images, f"{path}: images")
    if shape is not None and images.shape[1:] != shape:
        raise InputError(
            f"{path} contains images of shape {images.shape[1:]}; the model was trained on {shape}."
        )
    if count is not None and count > len(images):
        raise InputError(
            f"{path} contains {len(images)} images, fewer than the {count} requested; lower "
            "autoencoder.training_images, or prepare more."
        )
    return images if count is None else images[:count].copy()  # frees the memory of the others


def check_images(images: Array, what: str) -> None:
    """Refuse an array that is not uint8 of shape (n, c, h, w), or has no image.

    Args:
        images: the array.
        what: what it is, for the message.

    Raises:
        InputError: the dtype or shape is wrong, or there is no image.
    """
    if images.dtype != np.uint8 or images.ndim != 4 or not images.size:
        raise InputError(
            f"{what} must be uint8 of shape (n, c, h, w), "
            f"not {images.dtype} of shape {images.shape}."
        )


def load_matrix(path: str | Path, name: str) -> Array:
    """Read a float matrix `name` of shape (n, k), at least 1 x 1, with finite entries.

    Raises:
        InputError: the file cannot be read, or the array has the wrong dtype or shape, or a NaN.
    """
    matrix = load_arrays(path, name)[name]
    if matrix.dtype.kind not in "fiu" or matrix.ndim != 2 or not matrix.size:
        raise InputError(
            f"{path}: {name} must be numbers of shape (n, k), "
            f"not {matrix.dtype} of shape {matrix.shape}."
        )
    if not np.isfinite(matrix).all():
        row = int(np.flatnonzero(~np.isfinite(matrix).all(axis=1))[0])
        raise InputError(
            f"{path}: {name} is not finite (first in row {row}); compute the file again."
        )
    return matrix


def save_json(path: str | Path, value: Mapping[str, Any]) -> None:
    """Write a JSON report with sorted keys."""
    with atomic(path) as temporary:
        text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def load_json(path: str | Path) -> dict[str, Any]:
    """Read a JSON report.

    Raises:
        InputError: the file is missing or not JSON.
    """
    try:
        return dict(json.loads(Path(path).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path} is not a readable JSON report: {error}.") from None


def save_rows(path: str | Path, rows: Iterable[Mapping[str, Any]], columns: list[str]) -> None:
    """Write a tidy CSV; floats keep all their digits, None is an empty cell."""
    with atomic(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def load_rows(path: str | Path, *columns: str) -> list[dict[str, str]]:
    """Read a tidy CSV: one dictionary of strings per row; an empty cell is "".

    Raises:
        InputError: the file is missing, is not text, does not have one of `columns`, or has a row
            with more or fewer cells than its header.
    """
    try:
        with Path(path).open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream, restkey="", restval=None)
            rows, header = list(reader), list(reader.fieldnames or [])
    except FileNotFoundError:
        raise InputError(f"{path} does not exist.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a readable CSV file: {error}.") from None
    missing = [name for name in columns if name not in header]
    if missing:
        raise InputError(f"{path} has no column {missing[0]!r}; it has {header}.")
    for line, row in enumerate(rows, start=2):
        if "" in row or None in row.values():
            raise InputError(f"{path}: line {line} does not have the header's {len(header)} cells.")
    return rows


def load_frame(path: str | Path, *columns: str) -> "DataFrame":
    """Read a tidy CSV as a data frame; an empty cell is NaN.

    A column whose cells are all numbers is numeric, any other is text; names are always text.

    Raises:
        InputError: as for `load_rows`.
    """
    import pandas as pd

    load_rows(path, *columns)  # pandas fills short rows silently
    text = dict.fromkeys(_TEXT, str)
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])


def grouped(
    frame: "DataFrame", names: str | list[str], *, sort: bool = False
) -> Iterator[tuple[Any, "DataFrame"]]:
    """Yield groups of rows with equal values in a column or in several columns, with these values.

    Groups are in the order of their first rows, or sorted.
    """
    yield from frame.groupby(names, sort=sort)


def frame_rows(frame: "DataFrame") -> list[dict[str, Any]]:
    """List the rows of a data frame, as for `save_rows`, with None for missing cells."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")  # type: ignore


def save_frame(path: str | Path, frame: "DataFrame") -> None:
    """Write a data frame like `save_rows`, without its index."""
    save_rows(path, frame_rows(frame), list(frame.columns))
