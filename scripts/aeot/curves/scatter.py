"""The points in scatter plots: some of every model and some of the training points."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import Field, PositiveInt

from aeot.curves.base import Collection, Files, named
from aeot.mixtures import MIXTURES
from aeot.mixtures.points import load_points
from aeot.registry import resolve

COLUMNS = ["row", "x", "y"]
REAL = "real"


def scatter_rows(files: Mapping[str, str], dimension: int, count: int) -> list[dict[str, Any]]:
    """List two coordinates of the first points of the first trial at its last moment.

    Args:
        files: row name -> file of points; `real` for the training points.
        dimension: dimension of the points.
        count: maximum number of points of each row.
    """
    return [
        {"row": row, "x": float(x), "y": float(y)}
        for row, path in files.items()
        for x, y in load_points(path, dimension)[-1, 0, :count, :2]
    ]


class Scatter(Collection):
    """The points in scatter plots, from a file for every row, with the training points first."""

    FILES: ClassVar[tuple[str, ...]] = ("points",)
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    names: list[str] = Field(description="the rows of the files, in order; 'real' are the data")
    count: PositiveInt = Field(2500, description="points of each")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        dimension = resolve(MIXTURES, where["mixture"], "mixture")().means.shape[1]
        pairs = named(self.names, files["points"])
        return scatter_rows(pairs, dimension, self.count)
