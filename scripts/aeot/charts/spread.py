"""Spread of the Fréchet distance over hyper-parameters (Figure 5 of Lucic et al. 2018)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings, chosen_draws
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import BLACK, GREY, label_log_axis, new_figure
from aeot.files import frame_rows
from aeot.labels import distance_label, model_label, ordered_models
from aeot.search.rows import FAILED, is_reference, read_items, run_scores

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["model", "draw", "frechet_distance", "step", "diverged", "learning_rate", "n_fake"]

_REACH = 0.3  # horizontal positions of a box's draws, relative to its centre
_LINE = {"color": GREY, "linewidth": 0.8}
_ABOVE = 1.6  # position of failures, relative to the largest distance


class SpreadFigure(ChartSettings):
    """A box for each model and a mark for each draw."""

    FILES = ("draws",)
    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "spread over hyper-parameters ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: the Fréchet distance (features: {extractor}) of every draw of hyper-parameters of the
    study {study}, its best checkpoint (Figure 5 of Lucic et al. 2018). Boxes: quartiles; whiskers:
    to the farthest draw within 1.5 times their distance. Colours: the learning rate; a ring: the
    authors' own hyper-parameters; a cross at the top: a training that diverged before its first
    checkpoint; a cross on a mark: one that diverged later. A diamond: a method that is not
    searched, at its own settings, on as many images.

    A tall box belongs to a model whose hyper-parameters need tuning. Draws with the smallest
    learning rates show how far a model gets in this number of steps, not how good it is.
    """
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Select the best checkpoint of every draw; one without checkpoints has no distance.

        Raises:
            InputError: there is no draw of the data set and extractor.
        """
        records = chosen_draws(files["draws"][0], where)
        beside = set(records.loc[is_reference(records), "model"])
        scores = run_scores(records, "model")
        scores["learning_rate"] = [
            None if model in beside else read_items(cell)["learning_rate"]
            for model, cell in scores[["model", "hyperparameters"]].itertuples(index=False)
        ]
        scores["frechet_distance"] = scores["score"].where(scores["score"] != FAILED)
        order = ordered_models(scores["model"])
        scores["place"] = scores["model"].map(order.index)
        return frame_rows(scores.sort_values(["place", "draw"])[COLUMNS])

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a box for each model over the draws that have a distance.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no draw; search with at least one.")
        from matplotlib.colors import LogNorm

        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.subplots()
        top = _ABOVE * rows["frechet_distance"].max() if rows["frechet_distance"].any() else 1.0
        norm = LogNorm(rows["learning_rate"].min(), rows["learning_rate"].max() * 1.0001)
        names = ordered_models(rows["model"])
        for place, name in enumerate(names):
            own = rows[rows["model"] == name]
            if own["learning_rate"].isna().all():
                axes.plot(place, own["frechet_distance"].iloc[0], "D", color=BLACK, markersize=5)
            else:
                points = _draw_model(axes, own, place, top, norm)
        axes.set_xticks(range(len(names)), map(model_label, names), rotation=30, ha="right")
        axes.set(yscale="log")
        axes.set_ylabel(f"{distance_label(where['extractor'])}, n = {rows['n_fake'].max():,}")
        axes.grid(visible=False, axis="x")
        label_log_axis(axes.yaxis)
        axes.set_title(title, loc="left")
        figure.colorbar(points, ax=axes, label="Learning rate", pad=0.02)
        return figure


def _draw_model(axes: "Axes", own: "DataFrame", place: int, top: float, norm: Any) -> Any:  # noqa: ANN401
    """Draw the box, draws and failures of a model; return the collection with their colours."""
    count = max(1, len(own) - 1)
    x = place + _REACH * (2 * own["draw"].rank(method="first").sub(1) / count - 1)
    lost = own["frechet_distance"].isna()
    y = own["frechet_distance"].fillna(top)
    axes.boxplot(
        own.loc[~lost, "frechet_distance"], positions=[place], widths=0.8, showfliers=False,
        manage_ticks=False, boxprops=_LINE, whiskerprops=_LINE, capprops=_LINE,
        medianprops={"color": BLACK, "linewidth": 1.2},
    )  # fmt: skip
    failed, default = own["diverged"] > 0, (own["draw"] == 0) & ~lost
    axes.scatter(x[failed], y[failed], marker="x", s=28, color=BLACK, linewidths=1, zorder=4)
    axes.scatter(x[default], y[default], marker="o", s=60, facecolors="none", edgecolors=BLACK,
                 linewidths=1, zorder=3)  # fmt: skip
    if lost.any():
        axes.annotate(f"{lost.sum()} diverged", (place, top), xytext=(0, 6), ha="center",
                      textcoords="offset points", size="x-small")  # fmt: skip
    return axes.scatter(x[~lost], y[~lost], c=own.loc[~lost, "learning_rate"], norm=norm, s=16,
                        cmap="viridis", zorder=2)  # fmt: skip
