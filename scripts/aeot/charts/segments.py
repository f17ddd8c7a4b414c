"""The singular set along segments of the source (Figure 12): pictures, angles, crossings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import Field

from aeot.charts.base import ChartSettings
from aeot.charts.samples import mosaic
from aeot.curves.segments import KINDS, SHARE_COLUMNS, TRACE_COLUMNS
from aeot.errors import InputError
from aeot.figures import BLUE, GREY, VERMILLION, new_figure
from aeot.files import Array, load_frame, load_images

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from pandas import DataFrame

_TITLES = {"largest": "Segment with the largest jump", "least": "Segment with the least jump"}
_SCALE = 4  # pixels of the figure's strip per pixel of a picture


class SegmentsFigure(ChartSettings):
    """The singular set along segments of the source."""

    LABEL: ClassVar[str] = "singular set along segments"
    CAPTION: ClassVar[str] = """
    {title}: the singular set along segments of the source (Figure 12 of the paper), seed {seed}.
    Segments between two source samples were followed through the power cells (``segments`` in the
    configuration sets their number). Left, for the segments with the largest and the smallest jump:
    images that the plain map gives at equal distances (decoded training codes), and below them a
    line wherever the segment passes from one cell to another, as high as the dihedral angle between
    the two facets of the Brenier potential; the largest is vermillion. Right: the share of segments
    with a bend sharper than a threshold (``shares.csv`` beside the rows); the extended map does not
    mix codes across bends beyond its own threshold.
    """
    ROWS = "trace"
    FILES = ("shares", "segment_images")
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(TRACE_COLUMNS)

    width: float = Field(8.4, ge=2, le=40, description="width of the figure, inches")
    height: float = Field(4.6, ge=2, le=40, description="height of the figure, inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw the pictures of each chosen segment above its angles, and crossings by threshold.

        Raises:
            InputError: a segment has no points, or the number of pictures is odd.
        """
        shares = load_frame(files["shares"], *SHARE_COLUMNS)
        images = load_images(files["segment_images"])
        if not set(KINDS) <= set(rows["kind"]):
            raise InputError("the trace is empty or lacks a segment; trace them again.")
        if len(images) % len(KINDS) or not len(images):
            raise InputError(
                f"{len(images)} pictures do not form one strip per segment; trace them again."
            )
        figure = new_figure(self.width, self.height, self.dpi, "constrained")
        figure.suptitle(title, x=0.01, ha="left", fontsize=9)
        parts: Any = figure.subfigures(1, 2, width_ratios=[2.4, 1])
        panels = parts[0].subplots(4, 1, height_ratios=[1, 1.5, 1, 1.5])
        top = rows["angle"].max() * 1.08 or 1.0
        for place, kind in enumerate(KINDS):
            count = len(images) // len(KINDS)
            _strip(panels[2 * place], images[place * count : (place + 1) * count], _TITLES[kind])
            _angles(panels[2 * place + 1], rows[rows["kind"] == kind], top)
        panels[-1].set_xlabel("Place on the segment")
        _shares(parts[1].subplots(), shares)
        return figure


def _strip(axes: "Axes", images: Array, title: str) -> None:
    grid = np.broadcast_to(images, (len(images), 3, *images.shape[2:])).transpose(0, 2, 3, 1)
    axes.imshow(mosaic(grid[None], _SCALE, _SCALE), interpolation="nearest")
    axes.set_axis_off()
    axes.set_title(title, loc="left")


def _angles(axes: "Axes", rows: "DataFrame", top: float) -> None:
    passed = rows[rows["angle"] > 0]
    axes.vlines(passed["place"], 0, passed["angle"], color=BLUE, linewidth=0.8)
    largest = passed.nlargest(1, "angle")
    axes.vlines(largest["place"], 0, largest["angle"], color=VERMILLION, linewidth=1.6)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, top)
    axes.set_ylabel("angle, rad")


def _shares(axes: "Axes", rows: "DataFrame") -> None:
    axes.plot(rows["threshold"], rows["share"], color=VERMILLION)
    axes.axhline(0.5, color=GREY, linewidth=0.8, linestyle=":")
    axes.set_xlim(0, np.pi)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("Threshold, rad")
    axes.set_title("Share of segments that cross\na sharper bend", loc="left")
