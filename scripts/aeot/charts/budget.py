"""Smallest Fréchet distance against the budget of a search (Figure 4 of Lucic et al. 2018)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field, PositiveInt

from aeot.charts.base import ChartSettings, chosen_draws
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import label_log_axis, model_marks, new_figure
from aeot.labels import distance_label, model_label, ordered_models
from aeot.search.bootstrap import budget_rows
from aeot.search.rows import DISTANCE, FAILED, is_reference, run_scores
from aeot.seeding import numpy_generator

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

# A method that is not searched has one row, without a budget.
COLUMNS = ["model", "budget", "mean", "sd", "low", "high", "failed", "draws", "n_fake"]


class BudgetFigure(ChartSettings):
    """The best of k draws of hyper-parameters, for every k."""

    FILES = ("draws",)
    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "smallest distance against budget ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: the smallest Fréchet distance (features: {extractor}) achieved by a budget of k
    trainings with randomly drawn hyper-parameters, for each model of the study {study} (Figure 4 of
    Lucic et al. 2018): mean and middle 95 % of bootstrap resamples of the draws, each with its best
    checkpoint. Resamples in which all draws diverged have no distance and are left out.

    Where the bands overlap at your budget, the order of the models is a matter of luck. A band is
    narrow at the right end because all resamples use the same draws: N draws tell nothing about the
    best of many more. A dotted line is a method that is not searched, at its own settings, on as
    many images.
    """
    METRIC: ClassVar[str] = DISTANCE
    MOST: ClassVar[bool] = False  # whether the largest score is the best
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    resamples: PositiveInt = Field(5000, description="number of bootstrap resamples of the draws")
    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Resample the draws of every model.

        Raises:
            InputError: there is no draw of the data set and extractor.
        """
        records = chosen_draws(files["draws"][0], where)
        beside = set(records.loc[is_reference(records), "model"])
        scores = run_scores(records, "model", metric=self.METRIC, most=self.MOST)
        rows = []
        for model in ordered_models(scores["model"]):
            own = scores.loc[scores["model"] == model, "score"].to_numpy(float)
            own = np.where(own == FAILED, np.nan, own)
            random = numpy_generator(0, "bootstrap", model)
            found = budget_rows(own, self.resamples, random, self.MOST)
            found = [row | {"budget": None} for row in found[:1]] if model in beside else found
            rows += [{"model": model, **row, "draws": len(own)} for row in found]
        return [row | {"n_fake": int(scores["n_fake"].max())} for row in rows]

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a line and a band for each model that is searched, a dotted line for others.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no budget; search with at least one draw.")
        from matplotlib.ticker import MaxNLocator

        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.subplots()
        for name, mark in model_marks(rows["model"]).items():
            own = rows[rows["model"] == name]
            if own["budget"].isna().all():
                if own["mean"].notna().all():
                    axes.axhline(own["mean"].iloc[0], color=mark["color"], linestyle=":",
                                 linewidth=1.4, label=model_label(name))  # fmt: skip
                continue
            axes.fill_between(own["budget"], own["low"], own["high"], color=mark["color"],
                              alpha=0.12, linewidth=0)  # fmt: skip
            axes.plot(own["budget"], own["mean"], **mark, markersize=4, linewidth=1.2,
                      label=model_label(name))  # fmt: skip
        axes.set(xlabel="Budget: draws of hyper-parameters")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        self.label_scores(axes, where, f"n = {rows['n_fake'].max():,}")
        axes.set_title(title, loc="left")
        figure.legend(loc="outside right upper")
        return figure

    def label_scores(self, axes: "Axes", where: Mapping[str, str], count: str) -> None:
        """Scale and label the axis of the scores; `count` is the number of images."""
        axes.set(yscale="log", ylabel=f"Least {distance_label(where['extractor'])}, {count}")
        label_log_axis(axes.yaxis)
