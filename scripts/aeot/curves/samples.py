"""Which pictures the grid real | AE | AE-OT shows, and where."""

from collections.abc import Mapping
from typing import Any

from aeot.errors import InputError

COLUMNS = ["block", "row", "column", "file", "index"]
REAL = "real"


def sample_rows(
    files: Mapping[str, str], counts: Mapping[str, int], rows: int, columns: int
) -> list[dict[str, Any]]:
    """Choose the first rows x columns images of every block, row by row.

    The sets are in random order already, so the first images are a fair draw. The same places of
    the blocks `real` and `ae` hold a test image and its own reconstruction.

    Args:
        files: block name -> image file; the blocks from left to right.
        counts: block name -> number of images in that file.
        rows: rows of a block.
        columns: columns of a block.

    Returns:
        Rows of `COLUMNS`; `index` counts from 0 in the file's `images`.

    Raises:
        InputError: a block has fewer images than the grid takes.
    """
    for block, count in counts.items():
        if count < rows * columns:
            raise InputError(
                f"the samples figure takes {rows} x {columns} images, but {files[block]} has "
                f"{count}; lower figures.samples.rows or columns."
            )
    return [
        {"block": block, "row": place // columns, "column": place % columns,
         "file": file, "index": place}
        for block, file in files.items()
        for place in range(rows * columns)
    ]  # fmt: skip
