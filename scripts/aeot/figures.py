"""One style for all figures: palette and sizes, with reproducible bytes.

The colours are those of Okabe and Ito (2008), which colour-blind readers can distinguish; the
colour and dash of a model are the same in every figure.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from aeot.files import atomic
from aeot.labels import ordered_models

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

BLACK, GREY = "#000000", "#777777"
BLUE, VERMILLION, ORANGE, PURPLE = "#0072B2", "#D55E00", "#E69F00", "#CC79A7"
GREEN, SKY = "#009E73", "#56B4E9"

MODEL_LINES = {
    "floor": (BLACK, ":"),
    "ae": (BLUE, "-"),
    "aeot": (VERMILLION, "-"),
    "aeotchart": (GREEN, "-"),
    "aeotcentres": (PURPLE, "--"),
    "aeotvertex": (ORANGE, "-."),
}
_OTHER_LINES = [(BLACK, "-"), (SKY, "-"), (GREY, "-")]
_OTHER_LINES += [(colour, dash) for dash in ("--", "-.", ":") for colour in (GREEN, SKY, GREY)]
_MARKERS = "oDs^vP<>X*phd"

SPLIT_COLOURS = {"train": BLUE, "test": VERMILLION}

_STYLE: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.5,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
}


def model_lines(models: Iterable[str]) -> dict[str, dict[str, str]]:
    """Colour and dash of each model; models without their own get the remaining ones in order.

    Returns:
        Keyword arguments of a line (`color`, `linestyle`) by model, in the order of the tables.
    """
    lines: dict[str, dict[str, str]] = {}
    others = 0
    for model in ordered_models(models):
        if model in MODEL_LINES:
            colour, dash = MODEL_LINES[model]
        else:
            colour, dash = _OTHER_LINES[others % len(_OTHER_LINES)]
            others += 1
        lines[model] = {"color": colour, "linestyle": dash}
    return lines


def model_marks(models: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Like `model_lines`, with a separate marker for each model."""
    lines = model_lines(models)
    return {
        model: {**line, "marker": _MARKERS[place % len(_MARKERS)]}
        for place, (model, line) in enumerate(lines.items())
    }


def new_figure(
    width: float, height: float, dpi: int, layout: Literal["constrained"] | None
) -> "Figure":
    """Create an empty figure in this style, independent of the user's matplotlib settings.

    Args:
        width: inches.
        height: inches.
        dpi: pixels per inch.
        layout: matplotlib's layout engine, or None if the caller places the axes.
    """
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcdefaults()
    matplotlib.rcParams.update(_STYLE)
    return Figure(figsize=(width, height), dpi=dpi, layout=layout)


def label_log_axis(axis: "Axis", scale: float = 1.0, unit: str = "") -> None:
    """Label a logarithmic axis at 1, 2 and 5 of each decade with plain numbers.

    Args:
        axis: the axis.
        scale: factor of the labels, such as 100 for percent.
        unit: written after each number.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{scale * value:g}{unit}"))
    axis.set_minor_formatter(NullFormatter())


def save(figure: "Figure", path: str | Path) -> None:
    """Write a PNG atomically, without date and software version."""
    with atomic(path) as temporary:
        figure.savefig(temporary, format="png", dpi=figure.dpi, metadata={"Software": None})
