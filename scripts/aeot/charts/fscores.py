"""F8 against F1/8, with a mark for each model and for each draw of its hyper-parameters."""

from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from aeot.charts.base import FigureSettings
from aeot.curves.base import Files
from aeot.curves.search import COLUMNS as DRAWS
from aeot.errors import InputError
from aeot.figures import model_marks, new_figure
from aeot.files import frame_rows, load_frame
from aeot.labels import dataset_label, model_label, ordered_datasets, ordered_models
from aeot.search.rows import run_scores
from aeot.tables.spread import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["dataset", "source", "model", "draw", "f8", "f1_8", "seeds"]
SCORES = ("dataset", "source", "model", "seed", "extractor", "metric", "value")

_SHOWN = ["f8", "f1_8"]
_LEGEND = 2.3  # inches


class FScoresFigure(FigureSettings):
    """F8 against F1/8 of every model, with a panel per data set."""

    PLACE: ClassVar[str] = "{study}/{extractor}"
    LABEL: ClassVar[str] = "F8 against F1/8 ({extractor})"
    CAPTION: ClassVar[str] = """
    Recall (F8) against precision (F1/8), one panel per data set: a large mark for each model at its
    own settings, and small marks for trainings of the study's search, whose hyper-parameters are
    the authors' own (the first) or drawn at random from the ranges of Lucic et al. (2018), at the
    checkpoint with the smallest Fréchet distance. Draws that diverged before the first checkpoint
    have no mark; the corner counts them. Nearer the upper right corner is better. A model whose
    small marks scatter widely needs tuning; a model whose mark lies low has dropped kinds of test
    images.
    """
    FILES = ("scores", "draws")
    OPTIONAL: ClassVar[tuple[str, ...]] = ("draws",)
    SEARCHED = ("prd",)
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    panel: float = Field(3.0, ge=1, le=20, description="side of a panel in inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Select the F-scores of the study's methods and draws for one extractor."""
        from pandas import concat

        rows = method_rows(load_frame(files["scores"][0], *SCORES), where["extractor"])
        for path in files.get("draws", []):
            rows = concat([rows, draw_rows(load_frame(path, *DRAWS), where["extractor"], rows)])
        order = ordered_models(rows["model"])
        rows["place"] = rows["model"].map(order.index)
        rows = rows.sort_values(["dataset", "place", "draw"], na_position="first", kind="stable")
        return frame_rows(rows[COLUMNS])

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a large mark for a model's own settings, small ones for the draws of its search.

        A draw that diverged before it was scored has no mark; a text in the corner counts them.

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
                    part = own[own["draw"].notna() == drawn]
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


def method_rows(scores: "DataFrame", extractor: str) -> "DataFrame":
    """Compute the mean F-scores of every method over its seeds.

    Args:
        scores: rows of `SCORES`.
        extractor: whose features.

    Returns:
        Rows of `COLUMNS`, without a draw.

    Raises:
        InputError: there is no score, or one is not a number.
    """
    own = scores[(scores["extractor"] == extractor) & scores["metric"].isin(_SHOWN)]
    if own.empty:
        raise InputError(f"the scores have no F-score ({extractor}); score a model first.")
    values = [
        number(value, f"{metric} of {model}")
        for value, metric, model in own[["value", "metric", "model"]].itertuples(index=False)
    ]
    groups = own.assign(value=values).groupby([*COLUMNS[:3], "metric"])["value"]
    seeds = groups.size().unstack()["f8"]
    return groups.agg(fmean).unstack().assign(seeds=seeds, draw=None).reset_index()


def draw_rows(draws: "DataFrame", extractor: str, methods: "DataFrame") -> "DataFrame":
    """Select the F-scores of every draw of a search at its checkpoint of the smallest distance.

    Args:
        draws: rows of `aeot.curves.search.COLUMNS`.
        extractor: whose features.
        methods: rows of `method_rows`, with the source of every data set.

    Returns:
        Rows of `COLUMNS`; a draw that diverged before it was scored has no F-scores.
    """
    keys = ["dataset", "model", "draw"]
    own = draws[draws["extractor"] == extractor]
    best = run_scores(own, "dataset", "model")[[*keys, "step"]]
    shown = own[own["metric"].isin(_SHOWN)]
    values = shown.pivot_table(index=[*keys, "step"], columns="metric", values="value")
    found = best.merge(values.reindex(columns=_SHOWN).reset_index(), on=[*keys, "step"], how="left")
    sources = dict(zip(methods["dataset"], methods["source"], strict=True))
    return found.assign(source=found["dataset"].map(sources), seeds=1)


def _lost(rows: "DataFrame", names: Iterable[str]) -> str:
    """Count the draws without F-scores, one line per model."""
    lost = rows.loc[rows["f8"].isna(), "model"].value_counts()
    lines = [f"{model_label(name)}: {lost[name]}" for name in names if name in lost]
    return "\n".join(["draws that diverged", *lines]) if lines else ""
