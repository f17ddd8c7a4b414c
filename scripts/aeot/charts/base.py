"""The base of figures: their settings, location and the drawing of tidy rows."""

from collections.abc import Mapping, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, PositiveInt

from aeot.curves.base import Collection
from aeot.curves.search import COLUMNS as DRAWS
from aeot.errors import InputError
from aeot.files import load_frame
from aeot.labels import distance_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


class FigureSettings(Collection):
    """Base of every figure; its fields are its settings.

    Attributes:
        ROWS: the file of the workflow whose rows it draws unchanged: `scores`, `progress`,
            `modes` or `frontier` of a study, or any other of `FigurePlan.file` in
            scripts/aeot/plan/figures.py; None if it computes its own rows.
        FILES: further files, by the same names. `collect` computes the figure's own rows from them;
            if there are `ROWS`, `draw` shows these files beside them.
        PLACE: its folder below results/figures, with wildcards.
        LABEL: its name in the report; wildcards of `PLACE` are filled in.
        CAPTION: the text below it in the report, reStructuredText; see `caption`.
        COLUMNS: the columns that it reads; all of them if it computes its own rows.
        SEEDS: whether it shows all seeds rather than the first one.
        TAKES: `encoders` for a figure of methods that encode images, `labels` if it also needs the
            images' labels; `plane` for mixtures in the plane; `manifold` for data
            sets whose manifold is known; `classes` for images whose labels are classes.
        METHOD: kind of method of which the study must list at least one: `images`, models of
            images; `transport`, samplers that use AE-OT's map; `aeot`, AE-OT on points.
        SWEPT: setting over which the study must sweep a method for the figure to show it.
        SEARCHED: metrics that a search must have for the figure to show it.
        LEAST: minimum number of images that must be scored.
    """

    ROWS: ClassVar[str | None] = None
    FILES: ClassVar[tuple[str, ...]] = ()
    PLACE: ClassVar[str] = "{dataset}"
    LABEL: ClassVar[str] = ""
    CAPTION: ClassVar[str] = ""
    COLUMNS: ClassVar[Sequence[str]] = ()
    SEEDS: ClassVar[bool] = False
    TAKES: ClassVar[Literal["encoders", "labels", "plane", "manifold", "classes"] | None] = None
    METHOD: ClassVar[Literal["images", "transport", "aeot"] | None] = None
    SWEPT: ClassVar[str | None] = None
    SEARCHED: ClassVar[tuple[str, ...]] = ()
    LEAST: ClassVar[int] = 1

    dpi: PositiveInt = Field(200, ge=50, le=1200, description="resolution in pixels per inch")

    @classmethod
    def gathers(cls) -> bool:
        """See `Collection`."""
        return bool(cls.FILES) and cls.ROWS is None

    @classmethod
    def caption(cls, **values: object) -> str:
        """Fill in `CAPTION`.

        Args:
            values: `title` of the data set or mixture, number of `seeds`, the first `seed`, and the
                wildcards of `PLACE`.
        """
        return cleandoc(cls.CAPTION).format(**values)

    def shortage(self, test: int) -> tuple[str, str] | None:
        """Report a setting that needs more test images than there are, and its purpose."""
        return None

    def draw(
        self, rows: "DataFrame", title: str, where: Mapping[str, str], files: Mapping[str, str]
    ) -> "Figure":
        """Draw.

        Args:
            rows: table with `COLUMNS`.
            title: display name of the data set or mixture.
            where: as for `collect`.
            files: what it shows besides the rows, by the names of `FILES`.

        Raises:
            InputError: the rows contain nothing that can be drawn.
        """
        raise NotImplementedError


class ChartSettings(FigureSettings):
    """Settings of the charts."""

    width: float = Field(6.0, ge=2, le=40, description="width of the figure in inches")
    height: float = Field(4.2, ge=2, le=40, description="height of the figure in inches")


def scored_rows(rows: "DataFrame", where: Mapping[str, str]) -> "DataFrame":
    """Select the rows of one data set and extractor.

    Raises:
        InputError: there are none.
    """
    dataset, extractor = where["dataset"], where["extractor"]
    own = rows[(rows["dataset"] == dataset) & (rows["extractor"] == extractor)]
    if own.empty:
        raise InputError(f"the rows have no score for {dataset} ({extractor}).")
    return own


def chosen_draws(path: str, where: Mapping[str, str]) -> "DataFrame":
    """Read the rows of a study's searches, `aeot.curves.search.COLUMNS`, like `scored_rows`.

    Raises:
        InputError: there are none, or the file is missing or has another form.
    """
    return scored_rows(load_frame(path, *DRAWS), where)


def distance_axis(rows: "DataFrame") -> str:
    """Label the axis of the Fréchet distances of `scored_rows`, with the number of images."""
    counts = ", ".join(f"{count:,}" for count in sorted(set(rows["n_fake"])))
    return f"{distance_label(rows['extractor'].iloc[0])}, n = {counts}"
