"""Which points the scatter plots show: some of every model's, and of the training points."""

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
    """List the first points of the first trial at its last moment, two coordinates of each.

    Args:
        files: row name -> file of points; `real` for the training points.
        dimension: of the points.
        count: most points of each.
    """
    return [
        {"row": row, "x": float(x), "y": float(y)}
        for row, path in files.items()
        for x, y in load_points(path, dimension)[-1, 0, :count, :2]
    ]


class Scatter(Collection):
    """The points that the scatter plots show; of every row its file, the training points first."""

    FILES: ClassVar[tuple[str, ...]] = ("points",)
    COLUMNS: ClassVar[Sequence[str]] = COLUMNS

    names: list[str] = Field(description="the rows of the files, in order; 'real' are the data")
    count: PositiveInt = Field(2500, description="points of each")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """See `Collection`."""
        dimension = resolve(MIXTURES, where["mixture"], "mixture")().means.shape[1]
        pairs = named(self.names, files["points"])
        return scatter_rows(pairs, dimension, self.count)
