"""The quality of samples against the transport's mass error."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.errors import InputError
from aeot.figures import BLUE, ORANGE, VERMILLION, label_log_axis, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_SAMPLERS = {
    "extended": ("between two cells", VERMILLION, "o"),
    "vertex": ("plain map: training codes", ORANGE, "s"),
}
_PANELS = {
    "fd": "Fréchet distance",
    "f8": "F8 (recall)",
    "novelty": "distance to the nearest\ntraining code",
}


class CertificateFigure(ChartSettings):
    """The samples' scores against the transport's mass error."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "does the certificate matter?"
    CAPTION: ClassVar[str] = """
    Does the certificate matter? One solve of the transport of {dataset}, seed {seed}; whenever the
    held-out mass error was measured, samples were drawn with the current map, always from the same
    source samples, and compared with the test images (features: {extractor}). Dashed: the
    autoencoder's reconstructions of the test images. The right panel shows the median distance of
    the drawn codes to the nearest training code, for codes of unit variance; the plain map returns
    training codes, so that its distance is 0.
    """
    COLUMNS: ClassVar[tuple[str, ...]] = ("model", "mass_error", "fd", "f8", "novelty")
    METHOD = "transport"
    LEAST = 10  # of the real and of the drawn images together, the 20 clusters of the F8

    tolerance: float = Field(0.01, gt=0, lt=1, description="mass error at which the solve ends")
    width: float = Field(8.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(3.2, ge=2, le=40, description="height of the figure, inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw a panel per score: every evaluation of the solve, and reconstructed test images.

        Raises:
            InputError: there are no evaluations.
        """
        if not rows["model"].isin(_SAMPLERS).any():
            raise InputError("the certificate rows have no evaluation; collect them again.")
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
        for axes, (score, label) in zip(
            figure.subplots(1, len(_PANELS)), _PANELS.items(), strict=True
        ):
            _panel(axes, rows, score)
            axes.set_title(label, loc="left")
        handles, labels = axes.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=3)
        return figure


def _panel(axes: "Axes", rows: "DataFrame", score: str) -> None:
    for model, (label, colour, marker) in _SAMPLERS.items():
        own = rows[rows["model"] == model]
        axes.plot(100 * own["mass_error"], own[score], color=colour, marker=marker,
                  markersize=4, label=label)  # fmt: skip
    for level in rows.loc[rows["mass_error"].isna(), score]:  # of no transport
        axes.axhline(level, color=BLUE, linestyle="--", linewidth=1,
                     label="test images, reconstructed")  # fmt: skip
    axes.set_xscale("log")
    label_log_axis(axes.xaxis, unit=" %")
    axes.invert_xaxis()
    axes.set_xlabel("Mass error of the transport")
