"""Precision against recall."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings, Rows
from aeot.curves.prd import COLUMNS
from aeot.errors import InputError
from aeot.figures import model_lines, new_figure
from aeot.labels import model_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class PrdFigure(ChartSettings):
    """Precision against recall of all models."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "precision and recall ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: precision (are the pictures like test images?) against recall (are all kinds of test
    images drawn?), after Sajjadi et al. (2018). Each line is the mean over {seeds} seed(s), at
    equal angle; the band spans the lowest and the highest seed. Nearer the upper right corner is
    better; the floor (training images in the place of samples) is the best that can be expected at
    this n.

    In the legend: F8, which weighs recall, and F1/8, which weighs precision, each mean ± standard
    deviation over the seeds, and n, the number of images on either side.
    """
    SEEDS: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(7.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(4.0, ge=2, le=40, description="height of the figure, inches")

    def draw(
        self, rows: Rows, title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw every model's mean curve, a band from its lowest to its highest seed.

        Raises:
            InputError: there are no rows.
        """
        if not rows:
            raise InputError("the PRD rows are empty; score at least one model.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.set(
            xlabel="Recall", ylabel="Precision", xlim=(0, 1.01), ylim=(0, 1.01), aspect="equal"
        )
        axes.set_title(f"{title}, features of {where['extractor']}", loc="left")
        for model, line in model_lines(row["model"] for row in rows).items():
            own = [row for row in rows if row["model"] == model]
            recall, precision = _axis(own, "recall"), _axis(own, "precision")
            if int(own[0]["seeds"]) > 1:
                axes.fill(
                    _axis(own, "recall_low") + _axis(own, "recall_high")[::-1],
                    _axis(own, "precision_low") + _axis(own, "precision_high")[::-1],
                    color=line["color"], alpha=0.15, linewidth=0,
                )  # fmt: skip
            (curve,) = axes.plot(recall, precision, label=_label(own[0]))
            curve.set(**line)
        figure.legend(loc="outside right upper", title="Model, and its F8, F1/8", alignment="left",
                      labelspacing=0.8)  # fmt: skip
        return figure


def _axis(rows: Rows, name: str) -> list[float]:
    return [float(row[name]) for row in rows]


def _label(row: Mapping[str, str]) -> str:
    scores = [
        f"{float(row[name]):.3f}"
        + (f" ± {float(row[f'{name}_sd']):.3f}" if row[f"{name}_sd"] else "")
        for name in ("f8", "f1_8")
    ]
    seeds = "1 seed" if row["seeds"] == "1" else f"{row['seeds']} seeds"
    return f"{model_label(row['model'])}: {seeds}, n = {int(row['n_fake']):,}\n{', '.join(scores)}"
