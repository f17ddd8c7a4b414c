"""Bias and spread of the Fréchet distance between real images against the number of images."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field, PositiveInt

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import BLUE, VERMILLION, label_log_axis, new_figure
from aeot.files import Array, load_matrix
from aeot.labels import distance_label
from aeot.seeding import numpy_generator

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["covariance", "n", "draw", "frechet_distance"]
_STYLES = {"full": (BLUE, "o-"), "diagonal": (VERMILLION, "s--")}


class BiasFigure(ChartSettings):
    """Fréchet distance of two real sets against their size, for full and diagonal covariances."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "bias of the Fréchet distance ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: two disjoint random sets of training images, whose distributions are equal, so that the
    Fréchet distance should be zero; its value is the bias (after Table 2 of Lucic et al. 2018).
    Mean and standard deviation over draws, with full covariances and with their diagonals only. The
    draws share images, so that their spread is too small, most of all for the largest sets.
    """
    FILES = ("train_features",)
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    draws: PositiveInt = Field(5, description="number of pairs of sets of each size")
    sizes: PositiveInt = Field(
        5, description="number of sizes, halved repeatedly from half of the images"
    )

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Score pairs of disjoint sets of training images.

        Raises:
            InputError: there are fewer than four images.
        """
        return bias_rows(
            load_matrix(files["train_features"][0], "features"), self.sizes, self.draws
        )

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw mean and standard deviation of both distances against the size.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows contain no distance; score a pair of sets.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        for name, (colour, style) in _STYLES.items():
            groups = rows[rows["covariance"] == name].groupby("n")["frechet_distance"]
            means, spread = groups.mean(), groups.std().fillna(0)
            axes.errorbar(
                means.index, means, yerr=spread, fmt=style, color=colour, capsize=2, markersize=4,
                label=f"{name} covariance",
            )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlabel="Images in either set")
        label_log_axis(axes.xaxis)
        label_log_axis(axes.yaxis)
        axes.set_ylabel(distance_label(where["extractor"]))
        axes.set_title(title, loc="left")
        axes.legend()
        return figure


def bias_rows(features: Array, sizes: int, draws: int) -> list[dict[str, Any]]:
    """Score pairs of disjoint sets of rows of features (N, k), N >= 4, of N / 2, N / 4, ... rows.

    Returns:
        Rows of `COLUMNS`.

    Raises:
        InputError: there are fewer than four rows.
    """
    from aeot.metrics.fid import diagonal_distance, frechet_distance

    if len(features) < 4:
        raise InputError(f"{len(features)} images are too few for two sets of two; prepare more.")
    scores = {"full": frechet_distance, "diagonal": diagonal_distance}
    found = []
    for n in [len(features) >> power for power in range(1, sizes + 1)]:
        for draw in range(draws if n >= 2 else 0):
            chosen = numpy_generator(0, "bias", n, draw).permutation(len(features))[: 2 * n]
            pair = features[chosen[:n]], features[chosen[n:]]
            for name, score in scores.items():
                found.append(dict(zip(COLUMNS, (name, n, draw, score(*pair)), strict=True)))
    return found
