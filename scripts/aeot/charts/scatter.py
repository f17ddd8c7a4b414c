"""Figure 13: real points and those of every model, with a panel for each."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, PositiveInt

from aeot.charts.base import FigureSettings
from aeot.curves.scatter import COLUMNS, REAL
from aeot.errors import InputError
from aeot.figures import BLACK, VERMILLION, new_figure
from aeot.labels import model_label, ordered_models

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame, Series


class ScatterFigure(FigureSettings):
    """Real and generated points, a panel per model."""

    PLACE: ClassVar[str] = "{study}/{mixture}"
    LABEL: ClassVar[str] = "13: real and generated points"
    CAPTION: ClassVar[str] = """
    Training points of {mixture} and the points that each model drew after its training (the paper's
    Figure 13): the first trial, up to 2,500 points; in more than two dimensions, the first two
    coordinates.
    """
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    panel: float = Field(1.6, ge=0.5, le=10, description="side of a panel in inches")
    columns: PositiveInt = Field(5, le=20, description="panels per line")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a panel per row of the table, all with the axis limits of the real points.

        Raises:
            InputError: there are no real points.
        """
        if REAL not in set(rows["row"]):
            raise InputError("the rows have no real points; list them again.")
        names = [REAL, *ordered_models(set(rows["row"]) - {REAL})]
        columns = min(self.columns, len(names))
        lines = math.ceil(len(names) / columns)
        figure = new_figure(columns * self.panel, lines * self.panel + 0.3, self.dpi, "constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
        real = rows[rows["row"] == REAL]
        limits = [_frame(real[axis]) for axis in ("x", "y")]
        panels = figure.subplots(lines, columns, squeeze=False).flat
        for name, axes in zip(names, panels, strict=False):  # this order keeps all panels
            own = rows[rows["row"] == name]
            colour = BLACK if name == REAL else VERMILLION
            axes.scatter(
                own["x"], own["y"], s=1.2, color=colour, alpha=0.4, linewidths=0, rasterized=True
            )
            axes.set(xlim=limits[0], ylim=limits[1], aspect="equal", xticks=[], yticks=[])
            axes.set_title("Training points" if name == REAL else model_label(name), fontsize=8)
        for axes in list(panels):
            axes.remove()
        return figure


def _frame(values: "Series") -> tuple[float, float]:
    low, high = values.min(), values.max()
    margin = 0.12 * (high - low)
    return low - margin, high + margin
