"""The pictures in the grid real | AE | AE-OT and their positions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PositiveInt

from aeot.curves.base import Collection, Files, named
from aeot.errors import InputError
from aeot.files import load_frame, load_images

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS = ["block", "row", "column", "file", "index"]
REAL = "real"
SCORES = ("dataset", "model", "extractor", "metric", "value")


def sample_rows(
    files: Mapping[str, str], counts: Mapping[str, int], rows: int, columns: int
) -> list[dict[str, Any]]:
    """Choose the first rows x columns images of every block, row by row, or all if there are fewer.

    The sets are in random order, so the first images are a random sample. The same positions of
    the blocks `real` and `ae` have a test image and its reconstruction.

    Args:
        files: block name -> image file; the blocks from left to right.
        counts: block name -> number of images in that file.
        rows: maximum number of rows of a block.
        columns: maximum number of columns of a block.

    Returns:
        Rows of `COLUMNS`; `index` is the position in the file's `images`, from 0.
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
    files: Mapping[str, str], counts: Mapping[str, int], each: int, columns: int
) -> list[dict[str, Any]]:
    """Choose the first images of every moment: a line per moment, the earliest at the top.

    Args:
        files: block name -> image file with all moments in order; the blocks from left to right.
        counts: block name -> number of images in that file.
        each: number of images per moment.
        columns: number of images shown per moment, at most `each`.

    Returns:
        Rows of `COLUMNS`.

    Raises:
        InputError: the images of a file cannot be divided into moments.
    """
    rows = []
    for block, file in files.items():
        moments, rest = divmod(counts[block], each)
        if rest or not moments:
            raise InputError(f"{file} has {counts[block]} images, not {each} per moment.")
        rows += [
            {"block": block, "row": moment, "column": column, "file": file,
             "index": moment * each + column}
            for moment in range(moments)
            for column in range(min(columns, each))
        ]  # fmt: skip
    return rows


def best_model(scores: "DataFrame", dataset: str, extractor: str, among: Sequence[str]) -> str:
    """Name the model with the smallest mean Fréchet distance.

    Args:
        scores: rows of `SCORES`.
        dataset: whose scores count.
        extractor: whose scores count.
        among: the candidates.

    Raises:
        InputError: none of them has a score.
    """
    wanted = {"dataset": dataset, "extractor": extractor, "metric": "frechet_distance"}
    own = scores[scores["model"].isin(among)]
    own = own[(own[[*wanted]] == list(wanted.values())).all(axis=1)]
    if own.empty:
        raise InputError(
            f"there is no score of {', '.join(sorted(among))} on {dataset}; compute one first."
        )
    return str(own.groupby("model")["value"].mean().idxmin())


class Samples(Collection):
    """The images of the grid real | AE | AE-OT: the first ones of the file of every block."""

    FILES: ClassVar[tuple[str, ...]] = ("images",)
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    names: list[str] = Field(description="blocks of the files, from left to right")
    rows: PositiveInt = Field(8, description="rows of pictures in a block")
    columns: PositiveInt = Field(5, description="columns of pictures in a block")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        images = named(self.names, files["images"])
        return sample_rows(images, _counts(images), self.rows, self.columns)


class FieldSamples(Samples):
    """The same for a study's models; of those in `among`, the one with the smallest distance."""

    FILES: ClassVar[tuple[str, ...]] = ("images", "scores")

    among: list[str] = Field([], description="blocks of which the best is shown")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        images = named(self.names, files["images"])
        if self.among:
            scores = load_frame(files["scores"][0], *SCORES)
            best = best_model(scores, where["dataset"], where["extractor"], self.among)
            lost = {name for name in self.among if name != best}
            images = {name: path for name, path in images.items() if name not in lost}
        return sample_rows(images, _counts(images), self.rows, self.columns)


class Moments(Collection):
    """Images in groups of equal size, such as moments of a training, with a line for each."""

    FILES: ClassVar[tuple[str, ...]] = ("images",)
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    names: list[str] = Field(description="blocks of the files, from left to right")
    group: PositiveInt = Field(description="images of a group")
    columns: PositiveInt = Field(5, description="images that are shown of a group")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        images = named(self.names, files["images"])
        return moment_sample_rows(images, _counts(images), self.group, self.columns)


def _counts(images: Mapping[str, str]) -> dict[str, int]:
    return {name: len(load_images(path)) for name, path in images.items()}
