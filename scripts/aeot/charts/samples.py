"""Grids of pictures, placed on whole pixels so that all pictures are drawn in the same way."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from pydantic import Field, PositiveInt

from aeot.charts.base import FigureSettings
from aeot.curves.samples import COLUMNS, REAL
from aeot.errors import InputError
from aeot.figures import new_figure
from aeot.files import Array, grouped, load_images
from aeot.labels import model_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame

PAPER_WHITE = 255
# Gaps in sides of a picture: between pictures, between blocks, and above blocks for the names.
GAP, MARGIN, HEADING = 0.06, 0.55, 0.8
WIDEST = 13.0  # width of a line of blocks in inches
_LETTER = 0.62  # mean width of a letter relative to the size of the font


class _Grid(FigureSettings):
    """A grid of listed pictures."""

    PLACE: ClassVar[str] = "{study}/{dataset}"
    COLUMNS: ClassVar[tuple[str, ...]] = tuple(COLUMNS)

    picture: float = Field(0.28, ge=0.05, le=5, description="side of one picture in inches")

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """See `FigureSettings`."""
        return draw_blocks(read_blocks(rows), self)


class SamplesFigure(_Grid):
    """The grid real | AE | AE-OT: a block of pictures for each."""

    LABEL: ClassVar[str] = "real, reconstructed, generated"
    CAPTION: ClassVar[str] = """
    {title}: test images, the same images through the autoencoder (in the same places), and new
    samples of each sampler, seed {seed}. The images are the first of each set in a random order;
    none was chosen by hand.

    What to look for: the second block shows what the decoder can draw, so blur that is already
    there is not the sampler's fault. Blur or ghosts that only the samplers show come from
    interpolation between codes that do not belong together.
    """

    rows: PositiveInt = Field(8, le=50, description="rows of pictures in a block")
    columns: PositiveInt = Field(5, le=50, description="columns of pictures in a block")


class FieldFigure(SamplesFigure):
    """Test images beside samples of a study's models."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "the best of the field ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}, side by side: test images, then samples of the methods of the study {study}, from left
    to right as ``studies.{study}.pictures`` lists them (``ae``: the autoencoder's reconstructions
    of the test images); of several methods in one entry, the one with the smallest Fréchet distance
    in this run (Figure 15 of the paper: the best adversarial model, GLANN and AE-OT). Seed {seed}.
    The first images of each file are shown; none was chosen.
    """


class NeighboursFigure(_Grid):
    """Samples, each beside the training image that is nearest to it."""

    PLACE: ClassVar[str] = "{study}/{dataset}/{extractor}"
    LABEL: ClassVar[str] = "samples and their nearest training images ({extractor})"
    CAPTION: ClassVar[str] = """
    {title}: pairs of a sample (left) and the training image whose features ({extractor}) are
    nearest to it (right), seed {seed}. The samples are the first of each file; none was chosen.
    ``ae`` shows reconstructions of test images, which the autoencoder was not trained on.

    What to see: a sample that equals its neighbour is a copy. One that is a blurred version of it,
    or the same object moved a little, is memorised as well; compare with the reconstructions, whose
    neighbours are as near as those of new images are. *Novelty* in the table measures it.
    """

    rows: PositiveInt = Field(8, le=50, description="rows of pairs in a block")
    columns: PositiveInt = Field(1, le=50, description="columns of pairs in a block")


class MomentsFigure(_Grid):
    """Samples during the training of the models, with a line of pictures for each snapshot."""

    LABEL: ClassVar[str] = "samples while training"
    METHOD = "images"
    CAPTION: ClassVar[str] = """
    {title}: the samples that every model draws from the same noise after a sixteenth, an eighth, a
    quarter and half of its training, and at its end (from top to bottom), seed {seed}. A column has
    the same noise throughout: if its image stays the same from row to row, the model has settled;
    if the columns are alike, the model has collapsed.
    """

    columns: PositiveInt = Field(4, le=50, description="pictures in a line of a model")


class InterpolationsFigure(_Grid):
    """Interpolations between test images through the codes of every model, with a line per pair."""

    LABEL: ClassVar[str] = "interpolations between test images"
    CAPTION: ClassVar[str] = """
    {title}: interpolations between test images through the codes of every model with an encoder,
    seed {seed}. In each row, the outermost images are two test images, those next to them their
    reconstructions, and the ones between are decoded from equally spaced points on the straight
    line between their codes. All models interpolate between the same pairs: the first ones of the
    test set.

    What to look for: an interpolation that stays among plausible images has codes that mix well;
    two superimposed images are a mixture of pixels, not of codes. The column *Convexity* of the
    table measures this.
    """
    TAKES = "encoders"

    rows: PositiveInt = Field(6, le=50, description="pairs of test images")
    columns: int = Field(
        5, ge=2, le=48, description="points of an interpolation, its ends among them"
    )

    def shortage(self, test: int) -> tuple[str, str] | None:
        """See `FigureSettings`."""
        text = f"{self.rows} pairs need {2 * self.rows} test images: at most {test // 2}"
        return ("rows", text) if 2 * self.rows > test else None


class AttributesFigure(_Grid):
    """Test images moved along attribute vectors, with a line per image."""

    LABEL: ClassVar[str] = "attribute vectors"
    CAPTION: ClassVar[str] = """
    {title}: attribute vectors of every model with an encoder, seed {seed}. In each row, from left
    to right: a test image, its reconstruction, and its code moved from its class to another one, by
    the difference of means and by least squares on all classes at once (as in GAIA's paper). The
    vectors are computed from the training images; all models move the same test images.

    What to look for: the moved image should belong to the new class and keep everything else, such
    as slant and stroke. If every image has exactly one class and the classes have equal sizes, the
    two kinds differ only by a factor, K / (K - 1) for K classes; least squares separates attributes
    that occur together.
    """
    TAKES = "labels"

    rows: PositiveInt = Field(8, le=50, description="test images")

    def shortage(self, test: int) -> tuple[str, str] | None:
        """See `FigureSettings`."""
        text = f"{self.rows} test images are moved: at most {test}"
        return ("rows", text) if self.rows > test else None


def read_blocks(rows: "DataFrame") -> dict[str, Array]:
    """Load the listed images.

    Args:
        rows: block, row, column, file, index (`aeot.curves.samples`).

    Returns:
        Block name -> (rows, columns, h, w, 3) uint8, grey images as three equal channels.

    Raises:
        InputError: the list is empty, or an index is larger than the number of images in a file.
    """
    if rows.empty:
        raise InputError("the list of samples is empty; list at least one image.")
    files = {path: load_images(path) for path in rows["file"].unique()}
    blocks: dict[str, Array] = {}
    for name, own in grouped(rows.astype({"row": int}), "block"):
        first = own.iloc[0]
        picture = _colour(files[first["file"]][0])
        shape = (own["row"].max() + 1, own["column"].max() + 1, *picture.shape)
        blocks[name] = np.full(shape, PAPER_WHITE, np.uint8)
        for path, index, *place in own[["file", "index", "row", "column"]].itertuples(index=False):
            if index >= len(files[path]):
                raise InputError(f"{path} has no image {index}; list the samples again.")
            blocks[name][*place] = _colour(files[path][index])
    return blocks


def _colour(image: Array) -> Array:
    """(c, h, w) with c = 1 or 3 -> (h, w, 3)."""
    return np.broadcast_to(image, (3, *image.shape[1:])).transpose(1, 2, 0)


def mosaic(block: Array, scale: int, gap: int) -> Array:
    """Arrange the pictures of a block side by side.

    Args:
        block: (rows, columns, h, w, 3) uint8.
        scale: number of output pixels per pixel of a picture.
        gap: number of white output pixels between two pictures.

    Returns:
        (rows * (scale h + gap) - gap, columns * (scale w + gap) - gap, 3) uint8.
    """
    large = block.repeat(scale, axis=2).repeat(scale, axis=3)
    padding = ((0, 0), (0, 0), (0, gap), (0, gap), (0, 0))
    padded = np.pad(large, padding, constant_values=PAPER_WHITE)
    rows, columns, height, width, channels = padded.shape
    sheet = padded.transpose(0, 2, 1, 3, 4).reshape(rows * height, columns * width, channels)
    return sheet[: rows * height - gap, : columns * width - gap]


def draw_blocks(blocks: Mapping[str, Array], settings: _Grid) -> "Figure":
    """Draw the blocks from left to right, each below its name, in as few lines as are legible."""
    side = settings.picture * settings.dpi
    gap, margin, heading = (round(share * side) for share in (GAP, MARGIN, HEADING))
    sheets = {
        name: mosaic(block, max(1, round(side / block.shape[3])), gap)
        for name, block in blocks.items()
    }
    lines = _lines(sheets, margin, WIDEST * settings.dpi)
    width = max(sum(sheets[name].shape[1] + margin for name in line) for line in lines) + margin
    heights = [heading + max(sheets[name].shape[0] for name in line) + margin for line in lines]
    height = sum(heights)
    figure = new_figure(width / settings.dpi, height / settings.dpi, settings.dpi, None)
    top = height
    for line, tall in zip(lines, heights, strict=True):
        left = margin
        for name in line:
            rows, columns = sheets[name].shape[:2]
            text = "Test images" if name == REAL else model_label(name)
            figure.figimage(sheets[name], xo=left, yo=top - heading - rows, origin="upper")
            figure.text(
                (left + columns / 2) / width,
                (top - 0.62 * heading) / height,
                text,
                ha="center",
                va="center",
                fontsize=_font(text, columns / settings.dpi, margin / settings.dpi),
            )
            left += columns + margin
        top -= tall
    return figure


def _lines(sheets: Mapping[str, Array], margin: int, widest: float) -> list[list[str]]:
    """Distribute the blocks over lines, with about the same number in each."""
    names = list(sheets)
    whole = sum(sheet.shape[1] + margin for sheet in sheets.values())
    each = -(-len(names) // min(len(names), int(-(-whole // widest))))
    return [names[start : start + each] for start in range(0, len(names), each)]


def _font(text: str, inches: float, margin: float) -> float:
    """Font size at which a name fits above a block of this width and half of its margins."""
    return min(10.0, max(4.0, 6.2 * inches), 72 * (inches + margin) / (_LETTER * len(text)))
