"""Which points the scatter plots show: some of every model's, and of the training points."""

from collections.abc import Mapping
from typing import Any

from aeot.mixtures.points import load_points

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
