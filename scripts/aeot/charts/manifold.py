"""Precision and recall on a known manifold against the distance that counts as near."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PositiveFloat

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import model_lines, new_figure
from aeot.files import frame_rows, load_frame
from aeot.labels import model_label, ordered_models
from aeot.layout import path_keys

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["model", "curve", "delta", "mean", "low", "high", "seeds"]
LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/{metric}_curve.csv"
PANELS = {
    "precision": "Precision P(δ)",
    "recall": "Recall R(δ), by inversion",
    "nearest_recall": "Recall of the nearest draw",
}


class ManifoldFigure(ChartSettings):
    """Precision and recall on a known manifold over delta, of all models."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "precision and recall on the manifold"
    CAPTION: ClassVar[str] = """
    {title}: every image that the data set can draw is known (after Lucic et al. 2018). Precision:
    share of samples nearer than δ to such an image, which is found by a fit of its parameters.
    Recall: share of test images nearer than δ to an image that the generator can draw, which is
    found by a search over its codes; samplers whose range is not known have no such curve. On the
    right, for all samplers: share of test images nearer than δ to the nearest of equally many
    draws, which is at most the recall. Distances are Euclidean, with pixels in [0, 1]. Mean over
    {seeds} seed(s); the band spans the lowest and the highest seed. The floor uses training images
    in place of samples.
    """
    SEEDS: ClassVar[bool] = True
    TAKES = "manifold"
    FILES = ("precision_curves", "recall_curves")
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(9.6, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.2, ge=2, le=40, description="height of the figure, inches")
    delta: PositiveFloat = Field(
        0.75, description="position of the line that marks the distance used by the scores"
    )

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Average the curves of every model over its seeds.

        The path of a file (.../DATASET/MODEL/seedN/EXTRACTOR/precision_curve.csv, or
        recall_curve.csv) identifies its model and seed.
        """
        import pandas as pd

        parts = []
        for kind, curves in (("precision", ["precision"]), ("recall", [*PANELS][1:])):
            for path in files[f"{kind}_curves"]:
                rows = load_frame(path, "delta", *curves)
                tidy = rows.melt("delta", curves, "curve").dropna()
                parts.append(tidy.assign(model=path_keys(path, LAYOUT)["model"]))
        return manifold_rows(pd.concat(parts)) if parts else []

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a panel for each curve, with a line for every model that has it.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no precision; score at least one model.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        panels = figure.subplots(1, len(PANELS), sharex=True, sharey=True)
        shown = {}
        for axes, (name, label) in zip(panels, PANELS.items(), strict=True):
            for model, line in model_lines(rows["model"]).items():
                own = rows[(rows["model"] == model) & (rows["curve"] == name)]
                if own.empty:
                    continue
                if own["seeds"].iloc[0] > 1:
                    axes.fill_between(
                        own["delta"], own["low"], own["high"], color=line["color"], alpha=0.15,
                        linewidth=0,
                    )  # fmt: skip
                (shown[model],) = axes.plot(own["delta"], own["mean"], **line)
            axes.axvline(self.delta, color="#bbbbbb", linewidth=0.8, zorder=0)
            axes.set(xlim=(0, rows["delta"].max()), ylim=(0, 1.02), xlabel="δ")
            axes.set_title(label, loc="left")
        panels[0].set_ylabel("Share nearer than δ")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
        lines = {model: shown[model] for model in ordered_models(shown)}
        figure.legend(
            lines.values(), map(model_label, lines), loc="outside right upper", alignment="left"
        )
        return figure


def manifold_rows(curves: "DataFrame") -> list[dict[str, Any]]:
    """Average curves over seeds.

    Args:
        curves: rows of `model`, `curve`, `delta` and `value`, one for each seed.

    Returns:
        Rows of `COLUMNS`, the models in the tables' order.

    Raises:
        InputError: the seeds of a model have different deltas.
    """
    groups = curves.groupby(["model", "curve", "delta"])["value"]
    table = groups.agg(mean="mean", low="min", high="max", seeds="size").reset_index()
    for (model, curve), own in table.groupby(["model", "curve"]):
        if own["seeds"].nunique() > 1:
            raise InputError(
                f"the seeds of {model} have different deltas in {curve}; score all of them with "
                "the same settings."
            )
    order = ordered_models(table["model"])
    table["place"] = table["model"].map(order.index)
    return frame_rows(table.sort_values(["place", "curve", "delta"])[COLUMNS])
