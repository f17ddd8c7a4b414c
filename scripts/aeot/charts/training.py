"""Losses against epochs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from aeot.charts.base import ChartSettings, Rows
from aeot.curves.training import COLUMNS
from aeot.errors import InputError
from aeot.figures import GREY, SPLIT_COLOURS, label_log_axis, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class TrainingFigure(ChartSettings):
    """The autoencoder's losses against epochs."""

    LABEL: ClassVar[str] = "training of the autoencoder"
    CAPTION: ClassVar[str] = """
    {title}: the autoencoder's mean squared error per pixel on training (blue) and test (vermillion)
    images against epochs, on a logarithmic axis; {seeds} seed(s), a line each. At the dashed line
    the encoder, its parameters and its batch statistics, is frozen, and the decoder goes on alone.
    Dotted lines: the paper's training losses before and after freezing, where it prints them.

    A test curve that flattens or rises while the training curve falls is overfitting.
    """
    SEEDS: ClassVar[bool] = True
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    def draw(
        self, rows: Rows, title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw train and test loss of every seed, the freeze dashed, printed losses dotted.

        Raises:
            InputError: there is no training curve among the rows.
        """
        seeds = list(dict.fromkeys(row["seed"] for row in rows if row["series"] == "train"))
        if not seeds:
            raise InputError("the training rows hold no loss; collect at least one history.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        axes = figure.add_subplot()
        axes.set(xlabel="Epoch", ylabel="Mean squared error a pixel", yscale="log")
        axes.set_title(title, loc="left")
        _losses(axes, rows, seeds)
        for place, row in enumerate(row for row in rows if row["series"] == "freeze"):
            label = None if place else "encoder frozen"
            axes.axvline(
                int(row["epoch"]) + 0.5, color=GREY, linestyle="--", linewidth=1, label=label
            )
        dashes = [(0, (1, 1.2)), (0, (1, 3))]
        for dash, row in zip(
            dashes, (row for row in rows if row["series"] == "published"), strict=False
        ):
            label = f"{row['label']} ({row['loss']}, train)"
            axes.axhline(
                float(row["loss"]), color="black", linestyle=dash, linewidth=1, label=label
            )
        label_log_axis(axes.yaxis)
        axes.margins(x=0.02)
        figure.legend(loc="outside lower center", ncols=2)
        return figure


def _losses(axes: "Axes", rows: Rows, seeds: Sequence[str]) -> None:
    many = len(seeds) > 1
    for split, colour in SPLIT_COLOURS.items():
        for place, seed in enumerate(seeds):
            own = [row for row in rows if (row["series"], row["seed"]) == (split, seed)]
            axes.plot(
                [int(row["epoch"]) for row in own],
                [float(row["loss"]) for row in own],
                color=colour,
                linewidth=1.0 if many else 1.5,
                alpha=0.75 if many else 1.0,
                label=f"{split}, {len(seeds)} seeds" if many and not place else
                (split if not place else None),
            )  # fmt: skip
