"""Recall against precision on a known manifold, with a mark for each model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import model_marks, new_figure
from aeot.files import frame_rows, load_frame
from aeot.labels import model_label, ordered_models

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

PRECISION, RECALL, NEAREST = "manifold_precision", "manifold_recall", "nearest_recall"
COLUMNS = ["model", PRECISION, RECALL, NEAREST]
SCORES = ("dataset", "model", "seed", "extractor", "metric", "value")
_LEVELS = (0.2, 0.4, 0.6, 0.8)  # of F1, as lines


class ManifoldScoresFigure(ChartSettings):
    """Recall against precision on a known manifold, of all models."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "recall against precision on the manifold"
    CAPTION: ClassVar[str] = """
    {title}: recall against precision on the known manifold of the data (after Lucic et al. 2018),
    means over {seeds} seed(s). Full marks: recall by inversion of the generator. Hollow marks: the
    share of test images near the nearest of some thousand draws, for every sampler; it is less than
    the recall, so compare hollow marks only with hollow ones. Grey lines: equal F1. Nearer the
    upper right corner is better.
    """
    SEEDS: ClassVar[bool] = True
    TAKES = "manifold"
    FILES = ("scores",)
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(5.0, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.6, ge=2, le=40, description="height of the figure, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Average precision and recall of every generator over its seeds.

        Raises:
            InputError: no model has both.
        """
        scores = load_frame(files["scores"][0], *SCORES)
        own = scores[scores["metric"].isin(COLUMNS)]
        for key in ("dataset", "extractor"):
            own = own[own[key] == where[key]]
        table = own.groupby(["model", "metric"])["value"].mean().unstack()
        table = table.reindex(columns=COLUMNS[1:]).dropna(subset=[PRECISION, NEAREST])
        if table.empty:
            raise InputError(
                "no model has precision and recall on the manifold; list both in the study's "
                "metrics."
            )
        return frame_rows(table.loc[ordered_models(table.index)].reset_index())

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a hollow mark for the nearest draws of every model, and a filled one for its range.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no precision and recall; score a model first.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        for level in _LEVELS:
            x = np.linspace(level / (2 - level), 1, 100)
            axes.plot(x, level * x / (2 * x - level), color="#cccccc", linewidth=0.8, zorder=0)
            axes.annotate(
                f"F1 {level:g}", (1.0, level / (2 - level)), color="#999999", fontsize="x-small",
                ha="right", va="bottom",
            )  # fmt: skip
        marks = model_marks(rows["model"])
        for model, place, recall, nearest in rows[COLUMNS].to_numpy():
            mark, label = marks[model] | {"linestyle": ""}, model_label(model)
            searched = not np.isnan(recall)
            axes.plot(place, nearest, **mark, fillstyle="none", label=None if searched else label)
            if searched:
                axes.plot(place, recall, **mark, markersize=7, label=label)
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), box_aspect=1)
        axes.set(xlabel="Precision on the manifold", ylabel="Recall on the manifold")
        axes.set_title(title, loc="left")
        figure.legend(loc="outside right upper")
        return figure
