"""The Fréchet distance of real images with some classes left out."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field, PositiveInt

from aeot.charts.base import ChartSettings
from aeot.curves.base import Files
from aeot.errors import InputError
from aeot.figures import BLUE, new_figure
from aeot.files import Array, load_arrays, load_matrix
from aeot.labels import distance_label
from aeot.seeding import numpy_generator

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

COLUMNS = ["classes", "draw", "frechet_distance", "n"]


class DroppedFigure(ChartSettings):
    """Fréchet distance against the number of remaining classes."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "Fréchet distance of dropped classes ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: the effect of dropped classes (after Figure 1 of Lucic et al. 2018). Training images of
    1, 2, ... randomly drawn classes, equally many images each time, against as many test images of
    all classes. Points are draws of classes and images, the line is their mean; with all classes,
    the remaining distance is the bias of so few images.
    """
    TAKES = "classes"
    FILES = ("train_features", "test_features", "train_images")
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    draws: PositiveInt = Field(
        3, description="number of draws of classes and images for each number of classes"
    )

    def collect(self, files: Files, where: Mapping[str, str]) -> list[dict[str, Any]]:
        """Score training images of fewer and fewer classes against the test images.

        Raises:
            InputError: labels are missing, are not classes, or do not belong to the features.
        """
        train = load_matrix(files["train_features"][0], "features")
        test = load_matrix(files["test_features"][0], "features")
        labels = load_arrays(files["train_images"][0], "labels")["labels"]
        if labels.shape != (len(train),):
            raise InputError(
                f"{files['train_images'][0]}: labels of shape {labels.shape} are not the classes "
                f"of {len(train)} images; leave out this figure."
            )
        return dropped_rows(train, labels, test, self.draws)

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw every distance, and the mean of each number of classes.

        Raises:
            InputError: there are no rows.
        """
        if rows.empty:
            raise InputError("the rows have no distance; score at least one class.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.plot(rows["classes"], rows["frechet_distance"], "o", color=BLUE, markersize=4)
        means = rows.groupby("classes")["frechet_distance"].mean()
        axes.plot(means.index, means, color=BLUE)
        axes.set(ylim=(0, None), xlabel="Classes that are left", xticks=sorted(means.index))
        axes.set_ylabel(f"{distance_label(where['extractor'])}, n = {rows['n'].iloc[0]:,}")
        axes.set_title(title, loc="left")
        return figure


def dropped_rows(train: Array, labels: Array, test: Array, draws: int) -> list[dict[str, Any]]:
    """Score images of 1, 2, ... classes, drawn at random, against test images of all.

    Every set has as many images as the smallest class, or as the test set.

    Args:
        train: features (N, k).
        labels: their classes (N,).
        test: features (m, k), in random order.
        draws: number of draws for each number of classes.

    Returns:
        Rows of `COLUMNS`.
    """
    from aeot.metrics.fid import frechet_distance

    classes, counts = np.unique(labels, return_counts=True)
    n = min(int(counts.min()), len(test))
    rows = []
    for number in range(1, len(classes) + 1):
        for draw in range(draws):
            random = numpy_generator(0, "dropped", number, draw)
            kept = random.choice(classes, number, replace=False)
            images = random.choice(np.flatnonzero(np.isin(labels, kept)), n, replace=False)
            distance = frechet_distance(test[:n], train[np.sort(images)])
            values = (number, draw, distance, n)
            rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows
