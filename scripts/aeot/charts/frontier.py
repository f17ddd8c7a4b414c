"""Fréchet distance against novelty, with a curve for each sampler."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings, distance_axis, scored_rows
from aeot.curves.frontier import AXES, COLUMNS, places_of
from aeot.figures import label_log_axis, model_marks, new_figure
from aeot.labels import model_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

_LEAST = 1e-6  # of the largest distance: rounding


class FrontierFigure(ChartSettings):
    """Fidelity against novelty of samplers of codes."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "fidelity against novelty ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: does it copy? Samplers of one frozen autoencoder's codes, each swept over the setting
    that moves it between copying training images and inventing (``studies.{study}.sweep`` in the
    configuration; mean over {seeds} seed(s)). Novelty is the median distance of samples to the
    nearest training image, divided by that of test images: among the codes, and among features of
    decoded images. There both sides are decoded, because blur alone makes an image unlike all
    others. 0 means copies; 1 means as new as test images. AE: the test images themselves, encoded
    and decoded, which no sampler of these codes can be expected to beat. The lower of two curves is
    the more faithful at that novelty.
    """
    SEEDS: ClassVar[bool] = True
    ROWS = "frontier"
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    width: float = Field(8.4, ge=2, le=40, description="width of the figure, inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw every curve twice: against the novelty of codes and of decoded images.

        Bars are one standard deviation over draws and seeds.

        Raises:
            InputError: there is no such row.
        """
        own = scored_rows(rows, where)
        places, marks = places_of(own), model_marks(own["curve"])
        # Codes that preserve the images have a distance of 0, which a logarithmic axis cannot show.
        places = places[places["frechet_distance"] > _LEAST * places["frechet_distance"].max()]
        marks = {name: mark for name, mark in marks.items() if name in places.index}
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        panels = figure.subplots(1, len(AXES), sharey=True)
        for axes, (axis, label) in zip(panels, AXES.items(), strict=True):
            for name, mark in marks.items():
                curve = places.loc[[name]]
                axes.errorbar(
                    curve[axis], curve["frechet_distance"], yerr=curve["sd"].fillna(0), **mark,
                    markersize=5, linewidth=1, capsize=2, label=model_label(name),
                )  # fmt: skip
            axes.axvline(1, color="#bbbbbb", linewidth=0.8, zorder=0)
            axes.set(yscale="log", xlabel=label)
            label_log_axis(axes.yaxis)
        panels[0].set_ylabel(distance_axis(own))
        panels[0].set_title(title, loc="left")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside right upper")
        return figure
