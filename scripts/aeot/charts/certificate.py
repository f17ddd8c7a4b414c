"""The quality of samples against the transport's mass error."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aeot.errors import InputError
from aeot.figure_settings import CertificateFigure
from aeot.figures import BLUE, ORANGE, VERMILLION, label_log_axis, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Rows = Sequence[Mapping[str, str]]
_SAMPLERS = {
    "extended": ("between two cells", VERMILLION, "o"),
    "vertex": ("plain map: training codes", ORANGE, "s"),
}
_PANELS = {
    "fd": "Fréchet distance",
    "f8": "F8 (recall)",
    "novelty": "distance to the nearest\ntraining code",
}


def draw_certificate(rows: Rows, title: str, settings: CertificateFigure) -> "Figure":
    """Draw one panel a score: every look of the solve, and the reconstructed test images.

    Args:
        rows: those of `aeot.curves.certificate`.
        title: shown above the panels.
        settings: size and resolution.

    Raises:
        InputError: there are no looks.
    """
    if not any(row["model"] in _SAMPLERS for row in rows):
        raise InputError("the certificate rows hold no look; collect them anew.")
    figure = new_figure(settings.width, settings.height, settings.dpi, "constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=9)
    for axes, (score, label) in zip(figure.subplots(1, len(_PANELS)), _PANELS.items(), strict=True):
        _panel(axes, rows, score)
        axes.set_title(label, loc="left")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _panel(axes: "Axes", rows: Rows, score: str) -> None:
    for model, (label, colour, marker) in _SAMPLERS.items():
        own = [row for row in rows if row["model"] == model]
        error = [100 * float(row["mass_error"]) for row in own]
        axes.plot(error, [float(row[score]) for row in own], color=colour, marker=marker,
                  markersize=4, label=label)  # fmt: skip
    for row in rows:
        if row["model"] == "ae":
            axes.axhline(float(row[score]), color=BLUE, linestyle="--", linewidth=1,
                         label="test images, reconstructed")  # fmt: skip
    axes.set_xscale("log")
    label_log_axis(axes.xaxis, unit=" %")
    axes.invert_xaxis()
    axes.set_xlabel("Mass error of the transport")
