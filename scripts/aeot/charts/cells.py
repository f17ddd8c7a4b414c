"""AE-OT's power cells, shaded where a source sample is singular, and their codes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.errors import InputError
from aeot.figures import new_figure
from aeot.files import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


class CellsFigure(ChartSettings):
    """AE-OT's power cells and its singular zones."""

    PLACE: ClassVar[str] = "{study}/{mixture}"
    LABEL: ClassVar[str] = "power cells and singular zones"
    CAPTION: ClassVar[str] = """
    AE-OT on {mixture}, the first trial. Left: the source square; each power cell has the colour of
    its point on the right. Black: samples whose two highest planes meet at more than the threshold
    angle; the extended map draws them again within their cell, because a mixture of the two points
    would lie between modes.
    """
    TAKES = "plane"
    METHOD = "aeot"
    COLUMNS: ClassVar[tuple[str, ...]] = ("cell", "singular", "code_x", "code_y")

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.8, ge=2, le=40, description="height of the figure, inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the source square, its cells coloured by where their codes lie, and the codes.

        Raises:
            InputError: the rows are not a square raster.
        """
        side = round(len(rows) ** 0.5)
        if side < 2 or side**2 != len(rows):
            raise InputError(f"{len(rows)} rows do not form a square raster; map the cells again.")
        cell, singular, x, y = (
            rows[name].to_numpy(float).reshape(side, side) for name in self.COLUMNS
        )
        colours = np.stack([_unit(x), 0.55 + 0 * x, _unit(y)], axis=-1)
        image = colours.copy()
        edge = (cell != np.roll(cell, 1, 0)) | (cell != np.roll(cell, 1, 1))
        edge[0], edge[:, 0] = False, False
        image[edge] *= 0.75
        image[singular > 0] = 0
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
        left, right = figure.subplots(1, 2)
        left.imshow(image, origin="lower", extent=(0, 1, 0, 1), interpolation="nearest")
        left.set_title(f"Source square; black: singular ({singular.mean():.1%})", loc="left")
        left.grid(visible=False)
        right.scatter(x.ravel(), y.ravel(), s=4, c=colours.reshape(-1, 3), linewidths=0)
        right.set_aspect("equal")
        right.set_title("The cells' points, in the same colours", loc="left")
        return figure


def _unit(values: Array) -> Array:
    span = values.max() - values.min()
    return (values - values.min()) / (span if span > 0 else 1)
