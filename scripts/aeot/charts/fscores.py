"""F8 against F1/8: a mark for each model, and for each draw of its hyper-parameters."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from aeot.charts.base import FigureSettings, Rows
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import model_marks, new_figure
from aeot.files import load_rows
from aeot.labels import dataset_label, model_label, ordered_datasets, ordered_models
from aeot.metrics.scores import FAILED
from aeot.tables.spread import number, spread

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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
        return fscore_rows(load_rows(files["scores"][0], *SCORES), where["extractor"])

    def draw(
        self, rows: Rows, title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a large mark for a model's own settings, small ones for their random draws.

        A draw that diverged with every seed has no mark; the corner counts those of each model.

        Raises:
            InputError: there are no rows.
        """
        if not rows:
            raise InputError("the rows hold no F-score; score a model first.")
        cases = ordered_datasets((row["dataset"], row["source"]) for row in rows)
        width = self.panel * len(cases) + _LEGEND
        figure = new_figure(width, self.panel, self.dpi, "constrained")
        panels = figure.subplots(1, len(cases), squeeze=False)[0]
        names = ordered_models(row["model"] for row in rows)
        marks = model_marks(names)
        for axes, case in zip(panels, cases, strict=True):
            for name in names:
                own = [row for row in rows if (row["dataset"], row["model"]) == (case[0], name)]
                for drawn in (True, False):
                    part = [row for row in own if (row["draw"] != "0") == drawn and row["f8"]]
                    axes.plot(
                        [float(row["f1_8"]) for row in part],
                        [float(row["f8"]) for row in part],
                        **(marks[name] | {"linestyle": ""}), markersize=3.5 if drawn else 7,
                        alpha=0.6 if drawn else 1, markeredgewidth=0.4, markeredgecolor="white",
                        label=None if drawn else model_label(name),
                    )  # fmt: skip
            axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), box_aspect=1)
            axes.set(xlabel="F1/8 (precision)", ylabel="F8 (recall)")
            axes.set_title(dataset_label(*case), loc="left")
            if lost := _lost([row for row in rows if row["dataset"] == case[0]], names):
                axes.text(0.97, 0.97, lost, ha="right", va="top", size="x-small")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right upper")
        return figure


def fscore_rows(scores: Iterable[Mapping[str, str]], extractor: str) -> list[dict[str, Any]]:
    """Take the F-scores of every row, means over its seeds.

    Args:
        scores: rows of `SCORES`.
        extractor: whose features.

    Returns:
        Rows of `COLUMNS`; a row named MODELdrawK is the draw K of MODEL, any other the draw 0.
            `seeds` are those whose training did not diverge, `failed` counts the others; where all
            did, there are no F-scores.

    Raises:
        InputError: a score is no number.
    """
    values: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    for row in scores:
        if row["extractor"] != extractor or row["metric"] not in ("f8", "f1_8"):
            continue
        place = values.setdefault((row["dataset"], row["source"], row["model"]), {})
        where = f"{row['metric']} of {row['model']}"
        value = math.nan if row["value"] == FAILED else number(row["value"], where)
        place.setdefault(row["metric"], []).append(value)
    rows: list[dict[str, Any]] = []
    for (dataset, source, name), found in values.items():
        model, draw = split_draw(name)
        kept = {key: [value for value in found[key] if value == value] for key in found}
        means = {key: spread(kept[key]).mean if kept[key] else None for key in ("f8", "f1_8")}
        seeds = len(kept["f8"])
        rows.append({"dataset": dataset, "source": source, "model": model, "draw": draw, **means,
                     "seeds": seeds, "failed": len(found["f8"]) - seeds})  # fmt: skip
    order = ordered_models(str(row["model"]) for row in rows)
    return sorted(rows, key=lambda row: (row["dataset"], order.index(row["model"]), row["draw"]))


def split_draw(name: str) -> tuple[str, int]:
    """Split MODELdrawK into its parts; the draw of any other name is 0."""
    match = re.fullmatch(r"(\w+?)draw(\d+)", name)
    return (match[1], int(match[2])) if match else (name, 0)


def _lost(rows: Sequence[Mapping[str, str]], names: Sequence[str]) -> str:
    """Count the draws without F-scores, one line per model."""
    lost = [row["model"] for row in rows if not row["f8"]]
    lines = [f"{model_label(name)}: {lost.count(name)}" for name in names if name in lost]
    return "\n".join(["draws that diverged", *lines]) if lines else ""
