"""Dependence on the features: Fréchet distances of the methods with two extractors."""

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from aeot.charts.base import FigureSettings
from aeot.charts.ranks import SCORES, discordant
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import label_log_axis, model_marks, new_figure
from aeot.files import frame_rows, load_frame
from aeot.labels import distance_label, model_label, ordered_models
from aeot.names import FLOOR

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["model", "x", "y", "x_distance", "y_distance", "correlation", "flipped", "pairs"]
_LEGEND = 2.6  # inches beside the panels


class ExtractorsFigure(FigureSettings):
    """A panel for every pair of extractors, with a mark for every method."""

    FILES = ("scores",)
    PLACE: ClassVar[str] = "{study}/{dataset}"
    LABEL: ClassVar[str] = "Fréchet distances by two extractors"
    CAPTION: ClassVar[str] = """
    {title}: the Fréchet distance of every method of the study {study} on the features of one
    extractor against that on another, mean over {seeds} seed(s), after the question of Lucic et al.
    2018 whether the ranking depends on the encoder. Above each panel: Spearman's rank correlation
    of the methods, without the floor, and the number of pairs of methods that change places
    (without ties, Kendall's tau is one minus twice their share). Distances on different features
    have different units; only their order can be compared.
    """
    SEEDS: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    panel: float = Field(3.2, ge=1, le=20, description="side of a panel in inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Join the distances of every two extractors, and correlate their ranks.

        Raises:
            InputError: the study has one extractor, or a method lacks a distance.
        """
        scores = load_frame(files["scores"][0], *SCORES)
        own = scores[
            (scores["metric"] == "frechet_distance") & (scores["dataset"] == where["dataset"])
        ]
        return extractor_rows(own.groupby(["model", "extractor"])["value"].mean().unstack())

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no pair of extractors; score with at least two.")
        pairs = list(dict.fromkeys(zip(rows["x"], rows["y"], strict=True)))
        width = self.panel * len(pairs) + _LEGEND
        figure = new_figure(width, self.panel + 0.4, self.dpi, "constrained")
        marks = model_marks(rows["model"])
        for axes, (x, y) in zip(
            figure.subplots(1, len(pairs), squeeze=False)[0], pairs, strict=True
        ):
            of_pair = rows[(rows["x"] == x) & (rows["y"] == y)]
            for own in of_pair.itertuples():
                mark = marks[own.model] | {"linestyle": ""}
                axes.plot(own.x_distance, own.y_distance, **mark, markersize=7,
                          label=model_label(own.model))  # fmt: skip
            axes.set(xscale="log", yscale="log", box_aspect=1)
            axes.set(xlabel=distance_label(x), ylabel=distance_label(y))
            label_log_axis(axes.xaxis)
            label_log_axis(axes.yaxis)
            axes.set_title(_verdict(of_pair.iloc[0]), loc="left")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
        handles, labels = figure.axes[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right upper")
        return figure


def extractor_rows(distances: "DataFrame") -> list[dict[str, Any]]:
    """Correlate the ranks of methods for every two extractors.

    Args:
        distances: a row for each method and a column for each extractor.

    Returns:
        Rows of `COLUMNS`, with the methods in the order of the tables: `correlation` is Spearman's
        for all methods except the floor, `flipped` of `pairs` are counted by `discordant`; they are
        the same in every row of two extractors. For fewer than two methods there is no correlation.

    Raises:
        InputError: there are fewer than two extractors, or a method lacks a distance.
    """
    from scipy.stats import spearmanr

    if len(distances.columns) < 2:
        raise InputError("one extractor cannot be compared; list at least two (extractors).")
    for model, lacks in distances.isna().iterrows():
        for extractor in lacks[lacks].index:
            raise InputError(f"{model} has no Fréchet distance on {extractor}; compute it.")
    found = []
    values = distances.loc[ordered_models(distances.index)]
    methods = values.drop(index=FLOOR, errors="ignore")
    for x, y in combinations(values.columns, 2):
        table = methods[[x, y]].to_numpy().T
        flipped, pairs = discordant(table)
        correlation = spearmanr(*table).statistic if pairs else None
        own = (
            values[[x, y]]
            .set_axis(["x_distance", "y_distance"], axis=1)
            .rename_axis("model")
            .reset_index()
        )
        own = own.assign(x=x, y=y, correlation=correlation, flipped=flipped, pairs=pairs)
        found += frame_rows(own[COLUMNS])
    return found


def _verdict(row: "Any") -> str:  # noqa: ANN401
    if not row["pairs"]:
        return "One method has no order"
    return (
        f"Rank correlation {row['correlation']:.2f}, {row['flipped']} of {row['pairs']} pairs flip"
    )
