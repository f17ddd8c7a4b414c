"""Grids of pictures, placed on whole pixels so that every picture is drawn alike."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from aeot.curves.samples import REAL
from aeot.errors import InputError
from aeot.figure_settings import SamplesFigure
from aeot.figures import new_figure
from aeot.files import Array, load_images
from aeot.labels import model_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAPER_WHITE = 255
# In pictures' sides: between two pictures, between two blocks, above the blocks for the names.
GAP, MARGIN, HEADING = 0.06, 0.55, 0.8


def read_blocks(rows: Sequence[Mapping[str, str]]) -> dict[str, Array]:
    """Load the listed images.

    Args:
        rows: block, row, column, file, index (`aeot.curves.samples`).

    Returns:
        Block name -> (rows, columns, h, w, 3) uint8, grey images as three equal channels.

    Raises:
        InputError: the list is empty, or a file has fewer images than an index asks for.
    """
    if not rows:
        raise InputError("the list of samples is empty; list at least one image.")
    files = {row["file"]: load_images(row["file"]) for row in rows}
    blocks: dict[str, Array] = {}
    for name in dict.fromkeys(row["block"] for row in rows):
        own = [row for row in rows if row["block"] == name]
        shape = [1 + max(int(row[axis]) for row in own) for axis in ("row", "column")]
        first = _colour(files[own[0]["file"]][0])
        blocks[name] = np.full((*shape, *first.shape), PAPER_WHITE, np.uint8)
        for row in own:
            images, index = files[row["file"]], int(row["index"])
            if index >= len(images):
                raise InputError(f"{row['file']} has no image {index}; list the samples anew.")
            blocks[name][int(row["row"]), int(row["column"])] = _colour(images[index])
    return blocks


def _colour(image: Array) -> Array:
    """(c, h, w) with c = 1 or 3 -> (h, w, 3)."""
    return np.broadcast_to(image, (3, *image.shape[1:])).transpose(1, 2, 0)


def mosaic(block: Array, scale: int, gap: int) -> Array:
    """Put a block's pictures side by side.

    Args:
        block: (rows, columns, h, w, 3) uint8.
        scale: output pixels a picture's pixel.
        gap: white output pixels between two pictures.

    Returns:
        (rows * (scale h + gap) - gap, columns * (scale w + gap) - gap, 3) uint8.
    """
    large = block.repeat(scale, axis=2).repeat(scale, axis=3)
    padding = ((0, 0), (0, 0), (0, gap), (0, gap), (0, 0))
    padded = np.pad(large, padding, constant_values=PAPER_WHITE)
    rows, columns, height, width, channels = padded.shape
    sheet = padded.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)
    return sheet[: rows * height - gap, : columns * width - gap]


def draw_blocks(blocks: Mapping[str, Array], settings: SamplesFigure) -> "Figure":
    """Draw the blocks from left to right, each under its name."""
    side = settings.picture * settings.dpi
    scales = {name: max(1, round(side / block.shape[3])) for name, block in blocks.items()}
    sheets = {
        name: mosaic(block, scales[name], round(GAP * side)) for name, block in blocks.items()
    }
    margin, heading = round(MARGIN * side), round(HEADING * side)
    width = sum(sheet.shape[1] for sheet in sheets.values()) + margin * (len(sheets) + 1)
    tallest = max(sheet.shape[0] for sheet in sheets.values())
    height = tallest + heading + margin
    figure = new_figure(width / settings.dpi, height / settings.dpi, settings.dpi, None)
    left = margin
    for name, sheet in sheets.items():
        top = height - heading - sheet.shape[0]
        figure.figimage(sheet, xo=left, yo=top, origin="upper")
        figure.text(
            (left + sheet.shape[1] / 2) / width,
            1 - 0.62 * heading / height,
            "Test images" if name == REAL else model_label(name),
            ha="center",
            va="center",
            fontsize=_font(sheet.shape[1] / settings.dpi),
        )
        left += sheet.shape[1] + margin
    return figure


def _font(inches: float) -> float:
    """Points at which the longest names still fit over a block of this width."""
    return min(10.0, max(4.0, 6.2 * inches))
