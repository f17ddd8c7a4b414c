"""Fréchet distance against training seconds."""

from collections.abc import Mapping
from statistics import fmean
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings, distance_axis, scored_rows
from aeot.curves.progress import COLUMNS
from aeot.figures import label_log_axis, model_marks, new_figure
from aeot.labels import model_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


class ProgressFigure(ChartSettings):
    """Fréchet distance against training seconds."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "distance against seconds ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: the Fréchet distance of every model after a sixteenth, an eighth, a quarter and half of
    its training, and at its end, against the training seconds spent until then on this machine
    (mean over {seeds} seed(s)). AE-OT's rows are one point each: the autoencoder's training and the
    transport together; the time for sampling is never included.

    The paper claims to train five times faster, and gives no protocol. Read along a horizontal
    line: of two models that reach it, the left one is faster. The number of images is the same for
    all points, and smaller than in tables that score more images: compare only within this figure.
    """
    SEEDS: ClassVar[bool] = True
    ROWS = "progress"
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the distance of every model at its snapshots, averaged over the seeds.

        Raises:
            InputError: there is no such row.
        """
        own = scored_rows(rows, where)
        means = own.groupby(["model", "moment"])[["seconds", "frechet_distance"]].agg(fmean)
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.subplots()
        for name, mark in model_marks(own["model"]).items():
            axes.plot(*means.loc[name].to_numpy().T, **mark, markersize=5, linewidth=1,
                      label=model_label(name))  # fmt: skip
        axes.set(xscale="log", yscale="log", xlabel="Training seconds")
        axes.set_ylabel(distance_axis(own))
        label_log_axis(axes.xaxis)
        label_log_axis(axes.yaxis)
        axes.set_title(title, loc="left")
        figure.legend(loc="outside right upper")
        return figure
