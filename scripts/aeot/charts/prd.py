"""Precision against recall, averaged over seeds at equal angle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import model_lines, new_figure
from aeot.files import Array, frame_rows, load_rows
from aeot.labels import model_label, ordered_models
from aeot.layout import join_files
from aeot.tables.spread import cell, deviation, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame, Series

COLUMNS = [
    "model", "angle", "precision", "recall", "precision_low", "recall_low", "precision_high",
    "recall_high", "f8", "f8_sd", "f1_8", "f1_8_sd", "seeds", "n_real", "n_fake",
]  # fmt: skip
CURVE = ("angle", "precision", "recall")
SCORES = ("metric", "value", "n_real", "n_fake")
CURVE_LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/prd_curve.csv"
SCORES_LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/prd.csv"


class PrdFigure(ChartSettings):
    """Precision against recall of all models."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "precision and recall ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: precision (are the samples like test images?) against recall (are all kinds of test
    images drawn?), after Sajjadi et al. (2018). Each line is the mean over {seeds} seed(s), at
    equal angles; the band spans the lowest and the highest seed. Nearer the upper right corner is
    better; the floor (training images in place of samples) is the best that can be expected at this
    n.

    In the legend: F8, which emphasises recall, and F1/8, which emphasises precision, each as mean ±
    standard deviation over the seeds, and n, the number of images on either side.
    """
    SEEDS: ClassVar[bool] = True
    FILES = ("prd_curves", "prd_scores")
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(4.0, ge=2, le=40, description="height of the figure, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Average the curves of every model over its seeds.

        The path of a file (.../DATASET/MODEL/seedN/EXTRACTOR/prd_curve.csv and prd.csv beside it)
        identifies its model and seed.
        """
        kinds = (files["prd_curves"], CURVE_LAYOUT), (files["prd_scores"], SCORES_LAYOUT)
        joined = join_files(("model", "seed"), *kinds)
        return prd_rows([
            Scored(model, load_rows(curve, *CURVE), load_rows(scores, *SCORES))
            for (model, _), (curve, scores) in joined.items()
        ])  # fmt: skip

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the mean curve of every model, and a band from its lowest to its highest seed.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the PRD rows are empty; score at least one model.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.set(
            xlabel="Recall", ylabel="Precision", xlim=(0, 1.01), ylim=(0, 1.01), aspect="equal"
        )
        axes.set_title(f"{title}, features of {where['extractor']}", loc="left")
        for model, line in model_lines(rows["model"]).items():
            own = rows[rows["model"] == model]
            if own["seeds"].iloc[0] > 1:
                recall, precision = (
                    [*own[f"{name}_low"], *own[f"{name}_high"][::-1]]
                    for name in ("recall", "precision")
                )
                axes.fill(recall, precision, color=line["color"], alpha=0.15, linewidth=0)
            (curve,) = axes.plot(own["recall"], own["precision"], label=_label(own.iloc[0]))
            curve.set(**line)
        figure.legend(loc="outside right upper", title="Model, and its F8, F1/8", alignment="left",
                      labelspacing=0.8)  # fmt: skip
        return figure


@dataclass(frozen=True)
class Scored:
    """A model with one seed: the rows of its curve and of its F-scores."""

    model: str
    curve: Sequence[Mapping[str, str]]
    scores: Sequence[Mapping[str, str]]


def prd_rows(runs: Sequence[Scored]) -> list[dict[str, Any]]:
    """Average every model's curve over its seeds.

    At one angle precision / recall = tan(angle) for every run (Sajjadi et al. 2018, arXiv
    1806.00035, section 3), so the mean over seeds is on the same ray from the origin, as are the
    lowest and the highest run.

    Returns:
        Rows of `COLUMNS`, one per (model, angle); the F-scores, their standard deviations and the
        numbers of images repeat on every row of a model.

    Raises:
        InputError: the runs of a model have different angles or numbers of images.
    """
    import pandas as pd

    parts = []
    for model in ordered_models(run.model for run in runs):
        group = [run for run in runs if run.model == model]
        curves = np.stack([_curve(run) for run in _same_angles(group)])  # (seeds, angles, 3)
        ends = {"low": curves.min(axis=0), "high": curves.max(axis=0)}
        part = pd.DataFrame(curves.mean(axis=0), columns=CURVE)
        for end, values in ends.items():
            part[[f"precision_{end}", f"recall_{end}"]] = values[:, 1:]
        parts.append(part.assign(model=model, seeds=len(group), **_scores(group)))
    return frame_rows(pd.concat(parts))


def _same_angles(group: Sequence[Scored]) -> Sequence[Scored]:
    angles = {tuple(row["angle"] for row in run.curve) for run in group}
    if len(angles) > 1 or not next(iter(angles)):
        raise InputError(
            f"the PRD curves of {group[0].model} are empty or have different angles; "
            "score all seeds with the same settings."
        )
    return group


def _curve(run: Scored) -> Array:
    return np.array(
        [[number(row[name], f"{name} of {run.model}") for name in CURVE] for row in run.curve]
    )


def _scores(group: Sequence[Scored]) -> dict[str, Any]:
    model = group[0].model
    counts = {(row["n_real"], row["n_fake"]) for run in group for row in run.scores}
    if len(counts) != 1:
        raise InputError(f"the PRD scores of {model} have no n, or several values of n; use one n.")
    n_real, n_fake = counts.pop()
    found: dict[str, Any] = {"n_real": int(n_real), "n_fake": int(n_fake)}
    for metric in ("f8", "f1_8"):
        values = [number(row["value"], f"{metric} of {model}")
                  for run in group for row in run.scores if row["metric"] == metric]  # fmt: skip
        if len(values) != len(group):
            raise InputError(f"the PRD scores of {model} lack {metric}; compute them again.")
        found |= {metric: fmean(values), f"{metric}_sd": deviation(values)}
    return found


def _label(row: "Series") -> str:
    scores = [cell(row[name], row[f"{name}_sd"], 3) for name in ("f8", "f1_8")]
    seeds = "1 seed" if row["seeds"] == 1 else f"{row['seeds']} seeds"
    return f"{model_label(row['model'])}: {seeds}, n = {row['n_fake']:,}\n{', '.join(scores)}"
