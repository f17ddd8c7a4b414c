"""F8 against F1/8: a mark for each model, and for each draw of its hyper-parameters."""

import math
import re
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from aeot.charts.base import FigureSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import model_marks, new_figure
from aeot.files import frame_rows, load_frame
from aeot.labels import dataset_label, model_label, ordered_datasets, ordered_models
from aeot.metrics.scores import FAILED
from aeot.tables.spread import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["dataset", "source", "model", "draw", "f8", "f1_8", "seeds", "failed"]
SCORES = ("dataset", "source", "model", "seed", "extractor", "metric", "value")

_LEGEND = 2.3  # inches


class FScoresFigure(FigureSettings):
    """F8 against F1/8 of every model, a panel per data set."""

    PLACE: ClassVar[str] = "{study}/{extractor}"
    LABEL: ClassVar[str] = "F8 against F1/8 ({extractor})"
    CAPTION: ClassVar[str] = """
    Recall (F8) against precision (F1/8), one panel for each data set: one large mark for each model
    at its own settings, and small ones for trainings whose hyper-parameters were drawn at random
    from the ranges of Lucic et al. (2018). Draws whose training diverged have no mark; the corner
    counts them. Nearer the upper right corner is better. A model whose small marks scatter widely
    needs tuning; one whose mark lies low has dropped kinds of test images.
    """
    FILES = ("scores",)
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    panel: float = Field(3.0, ge=1, le=20, description="side of a panel, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Take the F-scores of the study's scores with the features of one extractor."""
        return fscore_rows(load_frame(files["scores"][0], *SCORES), where["extractor"])

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a large mark for a model's own settings, small ones for their random draws.

        A draw that diverged with every seed has no mark; the corner counts those of each model.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no F-score; score a model first.")
        cases = ordered_datasets(zip(rows["dataset"], rows["source"], strict=True))
        width = self.panel * len(cases) + _LEGEND
        figure = new_figure(width, self.panel, self.dpi, "constrained")
        panels = figure.subplots(1, len(cases), squeeze=False)[0]
        marks = model_marks(rows["model"])
        for axes, case in zip(panels, cases, strict=True):
            of_case = rows[rows["dataset"] == case[0]]
            for name, mark in marks.items():
                own = of_case[of_case["model"] == name].dropna(subset=["f8"])
                for drawn in (True, False):
                    part = own[(own["draw"] > 0) == drawn]
                    axes.plot(
                        part["f1_8"], part["f8"],
                        **(mark | {"linestyle": ""}), markersize=3.5 if drawn else 7,
                        alpha=0.6 if drawn else 1, markeredgewidth=0.4, markeredgecolor="white",
                        label=None if drawn else model_label(name),
                    )  # fmt: skip
            axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), box_aspect=1)
            axes.set(xlabel="F1/8 (precision)", ylabel="F8 (recall)")
            axes.set_title(dataset_label(*case), loc="left")
            if lost := _lost(of_case, marks):
                axes.text(0.97, 0.97, lost, ha="right", va="top", size="x-small")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right upper")
        return figure


def fscore_rows(scores: "DataFrame", extractor: str) -> list[dict[str, Any]]:
    """Take the F-scores of every row, means over its seeds.

    Args:
        scores: rows of `SCORES`.
        extractor: whose features.

    Returns:
        Rows of `COLUMNS`; a row named MODELdrawK is the draw K of MODEL, any other the draw 0.
            `seeds` are those whose training did not diverge, `failed` counts the others; where all
            did, there are no F-scores.

    Raises:
        InputError: there is no score, or one that is no number.
    """
    own = scores[(scores["extractor"] == extractor) & scores["metric"].isin(["f8", "f1_8"])]
    if own.empty:
        raise InputError(f"the scores have no F-score ({extractor}); score a model first.")
    values = [
        math.nan if value == float(FAILED) else number(value, f"{metric} of {model}")
        for value, metric, model in own[["value", "metric", "model"]].itertuples(index=False)
    ]
    groups = own.assign(value=values).groupby([*COLUMNS[:3], "metric"])["value"]
    means = groups.agg(lambda one: fmean(kept) if len(kept := one.dropna()) else math.nan)
    seeds, runs = (counts.unstack()["f8"] for counts in (groups.count(), groups.size()))
    rows = means.unstack().assign(seeds=seeds, failed=runs - seeds).reset_index()
    rows["draw"] = [split_draw(name)[1] for name in rows["model"]]
    rows["model"] = [split_draw(name)[0] for name in rows["model"]]
    order = ordered_models(rows["model"])
    rows["place"] = rows["model"].map(order.index)
    return frame_rows(rows.sort_values(["dataset", "place", "draw"])[COLUMNS])


def split_draw(name: str) -> tuple[str, int]:
    """Split MODELdrawK into its parts; the draw of any other name is 0."""
    match = re.fullmatch(r"(\w+?)draw(\d+)", name)
    return (match[1], int(match[2])) if match else (name, 0)


def _lost(rows: "DataFrame", names: Iterable[str]) -> str:
    """Count the draws without F-scores, one line per model."""
    lost = rows.loc[rows["f8"].isna(), "model"].value_counts()
    lines = [f"{model_label(name)}: {lost[name]}" for name in names if name in lost]
    return "\n".join(["draws that diverged", *lines]) if lines else ""
