"""Rank stability: the order of the methods for each seed, and how often it changes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import model_marks, new_figure
from aeot.files import Array, frame_rows, load_frame
from aeot.labels import distance_label, model_label, ordered_models
from aeot.names import FLOOR

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame, Series

COLUMNS = ["model", "seed", "frechet_distance", "rank", "flipped", "pairs"]
SCORES = ("dataset", "model", "seed", "extractor", "metric", "value")


class RanksFigure(ChartSettings):
    """Ranks of the methods by their Fréchet distance, seed by seed."""

    FILES = ("scores",)
    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "order of the methods by seed ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: the methods of the study {study}, ranked by their Fréchet distance from the test images
    (features: {extractor}; 1 is the smallest) for each of {seeds} seed(s). Two lines that cross are
    a pair of methods whose order depends on the seed. The title counts them over all pairs of
    methods and all pairs of seeds: 0 % means the same order for all seeds, 50 % is expected by
    chance. Kendall's tau, averaged over the pairs of seeds, is one minus twice this share.

    Differences between methods that change places can be due to the seed. A single seed cannot
    tell.
    """
    SEEDS: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Rank the methods of one data set with the features of one extractor.

        The floor, which is not a method, has no rank.

        Raises:
            InputError: there is no Fréchet distance, or that of a method and a seed is missing.
        """
        scores = load_frame(files["scores"][0], *SCORES)
        own = scores[scores["metric"] == "frechet_distance"]
        for key in ("dataset", "extractor"):
            own = own[own[key] == where[key]]
        own = own[own["model"] != FLOOR]
        table = own.pivot(index="seed", columns="model", values="value")
        return rank_rows(table)

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a line for each method, from seed to seed, and its name at the end.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no rank; score a method first.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        seeds = rows["seed"].unique()
        marks = model_marks(rows["model"])
        ends: dict[int, list[str]] = {}
        for name, mark in marks.items():
            ranks = rows.loc[rows["model"] == name, "rank"].tolist()
            axes.plot(range(len(seeds)), ranks, **mark, markersize=7, label=model_label(name))
            ends.setdefault(ranks[-1], []).append(name)
        for rank, names in ends.items():
            axes.annotate(
                ", ".join(map(model_label, names)), (len(seeds) - 1, rank), xytext=(9, 0),
                textcoords="offset points", va="center", color=marks[names[0]]["color"],
            )  # fmt: skip
        axes.set_xticks(range(len(seeds)), map(str, seeds))
        axes.set_yticks(range(1, len(marks) + 1))
        axes.set(xlim=(-0.2, len(seeds) - 0.8), ylim=(len(marks) + 0.5, 0.5), xlabel="Seed")
        axes.set_ylabel(f"Rank by {distance_label(where['extractor'])}")
        axes.set_title(f"{title}\n{_verdict(rows.iloc[0], len(seeds))}", loc="left")
        return figure


def rank_rows(distances: "DataFrame") -> list[dict[str, Any]]:
    """Rank the methods for every seed.

    Args:
        distances: Fréchet distances, a row for each seed and a column for each method.

    Returns:
        Rows of `COLUMNS`, the methods in the tables' order. `rank` is one more than the number of
        methods with a lesser distance in that seed; `flipped`, the share of discordant pairs (see
        `discordant`), and `pairs`, the number of all, are the same in every row.

    Raises:
        InputError: there are no distances, or that of a method and a seed is missing.
    """
    if distances.empty:
        raise InputError("the scores have no Fréchet distance; score a method first.")
    values = distances[ordered_models(distances.columns)].sort_index()
    rows = values.melt(ignore_index=False, value_name="frechet_distance").reset_index()
    for _, row in rows[rows["frechet_distance"].isna()].iterrows():
        raise InputError(
            f"{row['model']} has no Fréchet distance for seed {row['seed']}; compute it."
        )
    count, pairs = discordant(values.to_numpy())
    rows["rank"] = values.rank(axis=1, method="min").melt()["value"].astype(int)
    share = count / pairs if pairs else None
    return frame_rows(rows.assign(flipped=share, pairs=pairs))


def discordant(values: Array) -> tuple[int, int]:
    """Count the pairs of methods whose order differs between two seeds, over all pairs of seeds.

    Kendall, "A new measure of rank correlation", Biometrika 30 (1938): without ties tau of two
    seeds is 1 - 2 D / P with D discordant pairs of P. A tie in either seed is not discordant.

    Args:
        values: (S, M) scores of M methods in S seeds.

    Returns:
        Discordant pairs, and all: S (S - 1) / 2 times M (M - 1) / 2.
    """
    seeds, methods = values.shape
    sign = np.sign(values[:, :, None] - values[:, None, :])  # (S, M, M)
    first, second = np.triu_indices(seeds, k=1)
    count = int((sign[first] * sign[second] < 0).sum()) // 2
    return count, len(first) * methods * (methods - 1) // 2


def _verdict(row: "Series", seeds: int) -> str:
    if row["pairs"]:
        share = f"{row['flipped']:.1%}".replace("%", " %")
        return f"Order of two methods flipped between two seeds: {share} of {row['pairs']} pairs"
    if seeds == 1:
        return "One seed cannot tell how stable the order is"
    return "One method has no order"
