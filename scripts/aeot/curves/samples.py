"""Which pictures the grid real | AE | AE-OT shows, and where."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import Field, PositiveInt

from aeot.errors import InputError
from aeot.settings import Settings
from aeot.tables.spread import number

COLUMNS = ["block", "row", "column", "file", "index"]
REAL = "real"
SCORES = ("dataset", "model", "extractor", "metric", "value")


class Grid(Settings):
    """How many pictures a block shows; the figures' settings have the same keys."""

    rows: PositiveInt = Field(8, description="rows of pictures in a block")
    columns: PositiveInt = Field(5, description="columns of pictures in a block")


def sample_rows(
    files: Mapping[str, str], counts: Mapping[str, int], rows: int, columns: int
) -> list[dict[str, Any]]:
    """Choose the first rows x columns images of every block, row by row; fewer where one has fewer.

    The sets are in random order already, so the first images are a fair draw. The same places of
    the blocks `real` and `ae` hold a test image and its own reconstruction.

    Args:
        files: block name -> image file; the blocks from left to right.
        counts: block name -> number of images in that file.
        rows: most rows of a block.
        columns: most columns of a block.

    Returns:
        Rows of `COLUMNS`; `index` counts from 0 in the file's `images`.

    """
    columns = min(columns, *counts.values())
    rows = min(rows, min(counts.values()) // columns)
    return [
        {"block": block, "row": place // columns, "column": place % columns,
         "file": file, "index": place}
        for block, file in files.items()
        for place in range(rows * columns)
    ]  # fmt: skip


def moment_sample_rows(
    files: Mapping[str, str], counts: Mapping[str, int], looks: int, columns: int
) -> list[dict[str, Any]]:
    """Choose the first images of every moment: a line a moment, the first one on top.

    Args:
        files: block name -> image file, moment after moment; the blocks from left to right.
        counts: block name -> number of images in that file.
        looks: images of a moment.
        columns: images that are shown of a moment; fewer where `looks` is less.

    Returns:
        Rows of `COLUMNS`.

    Raises:
        InputError: a file does not divide into moments.
    """
    rows = []
    for block, file in files.items():
        moments, rest = divmod(counts[block], looks)
        if rest or not moments:
            raise InputError(f"{file} has {counts[block]} images, not {looks} a moment.")
        rows += [
            {"block": block, "row": moment, "column": column, "file": file,
             "index": moment * looks + column}
            for moment in range(moments)
            for column in range(min(columns, looks))
        ]  # fmt: skip
    return rows


def best_model(
    scores: Iterable[Mapping[str, str]], dataset: str, extractor: str, among: Collection[str]
) -> str:
    """Name the model of the least mean Fréchet distance.

    Args:
        scores: rows of `SCORES`.
        dataset: whose scores count.
        extractor: whose scores count.
        among: the models that may win.

    Raises:
        InputError: none of them has a score.
    """
    found: dict[str, list[float]] = {}
    for row in scores:
        place = (row["dataset"], row["extractor"], row["metric"])
        if place == (dataset, extractor, "frechet_distance") and row["model"] in among:
            value = number(row["value"], f"frechet_distance of {row['model']}")
            found.setdefault(row["model"], []).append(value)
    if not found:
        raise InputError(f"no score of {', '.join(sorted(among))} on {dataset}; compute one first.")
    return min(sorted(found), key=lambda name: sum(found[name]) / len(found[name]))
