"""The training images nearest to samples, which show whether the samples are copies."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from pydantic import Field, PositiveInt
from scipy.spatial.distance import cdist

from aeot.curves.base import Collection, Files, named
from aeot.curves.samples import COLUMNS
from aeot.files import Array, load_matrix

_PLACES = 3  # columns in a row of pictures: those of a pair, and the gap after it


def nearest_rows(points: Array, known: Array) -> Array:
    """Index (n,) of the row of known (m, k) that is nearest to each of points (n, k)."""
    return np.asarray(cdist(points.astype(np.float64), known.astype(np.float64)).argmin(axis=1))


class Neighbours(Collection):
    """The first samples of every method, each beside its nearest training image."""

    FILES: ClassVar[tuple[str, ...]] = ("images", "features", "train_images", "train_features")
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    names: list[str] = Field(description="blocks of the files, from left to right")
    rows: PositiveInt = Field(8, description="rows of pairs in a block")
    columns: PositiveInt = Field(1, description="columns of pairs in a block")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`; distances are those of features."""
        images, features = (named(self.names, files[key]) for key in ("images", "features"))
        (train,), (path,) = files["train_images"], files["train_features"]
        known, rows = load_matrix(path, "features"), []
        for name, samples in images.items():
            own = load_matrix(features[name], "features")[: self.rows * self.columns]
            for place, nearest in enumerate(nearest_rows(own, known).tolist()):
                row, column = divmod(place, self.columns)
                pair = ((samples, place), (train, nearest))
                rows += [
                    {"block": name, "row": row, "column": _PLACES * column + side,
                     "file": file, "index": index}
                    for side, (file, index) in enumerate(pair)
                ]  # fmt: skip
        return rows
