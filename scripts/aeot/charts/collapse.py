"""Covered modes against training seconds."""

from collections.abc import Mapping
from statistics import fmean
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.errors import InputError
from aeot.figures import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    label_log_axis,
    new_figure,
)
from aeot.labels import model_label, ordered_models

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

_STYLES = {
    "gan": (BLACK, "-", "o"),
    "alimlp": (PURPLE, "-", "o"),
    "md": (ORANGE, "-", "o"),
    "pacgan2": (GREEN, "-", "o"),
    "pacgan3": (GREEN, "--", "o"),
    "pacgan4": (GREEN, ":", "o"),
    "flowmatching": (SKY, "-", "o"),
    "gmm": (BLUE, "", "P"),
    "aeot512": (VERMILLION, "", "D"),
    "aeot512centres": (VERMILLION, "", "P"),
    "aeot512plain": (VERMILLION, "", "<"),
    "aeot1024": (VERMILLION, "", "s"),
    "aeot4096": (VERMILLION, "", "^"),
    "aeot16384": (VERMILLION, "", "v"),
}


class CollapseFigure(ChartSettings):
    """Covered modes against training seconds."""

    PLACE: ClassVar[str] = "{study}/{mixture}"
    LABEL: ClassVar[str] = "modes against seconds"
    CAPTION: ClassVar[str] = """
    Covered modes of {mixture}, mean over the trials, against the training seconds of all trials
    together. Models that are not trained in steps have one mark.
    """
    ROWS = "modes"
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "mixture", "row", "moment", "seconds", "metric", "value",
    )  # fmt: skip

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the mean number of covered modes of every model, moment by moment.

        Models without steps have one point; methods that are not trained have none. Seconds are
        those of all trials of a seed, which are trained together if the model allows it.

        Raises:
            InputError: no row counts modes.
        """
        of_mixture = rows[(rows["mixture"] == where["mixture"]) & (rows["metric"] == "modes")]
        counted = of_mixture.dropna(subset=["value"])
        if counted.empty:
            raise InputError("the rows have no count of modes; score a model first.")
        trained = counted[counted["seconds"] > 0]
        means = trained.groupby(["row", "moment"])[["seconds", "value"]].agg(fmean)
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.subplots()
        for name in ordered_models(trained["row"]):
            colour, dash, marker = _STYLES.get(name, (GREY, ":", "x"))
            axes.plot(*means.loc[name].to_numpy().T, marker=marker, markersize=5,
                      label=model_label(name), color=colour, linestyle=dash)  # fmt: skip
        axes.set_xscale("log")
        label_log_axis(axes.xaxis)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("Training seconds of all trials")
        axes.set_ylabel("Covered modes")
        axes.set_title(title, loc="left")
        figure.legend(loc="outside right upper")
        return figure
