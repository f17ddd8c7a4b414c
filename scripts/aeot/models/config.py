"""Studies of models of images in the configuration; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from aeot import names
from aeot.metrics import METRICS
from aeot.models import IMAGE_MODELS
from aeot.models.search import draw_settings
from aeot.models.step_settings import Budget
from aeot.rows import Rows, check_listed

_DRAW = "draw"

Steps = PositiveInt | Literal["published"]


class ImageStudy(Rows):
    """Which models are trained beside AE-OT and how often.

    A registered model's name is a row by itself; a further row of it needs `row_settings`.
    """

    REGISTRY: ClassVar[dict[str, str]] = IMAGE_MODELS
    KIND: ClassVar[str] = "model of images"
    TAKEN: ClassVar[tuple[str, ...]] = names.ROWS

    steps: Steps | None = Field(  # type: ignore[assignment]
        None,
        description="steps of every row that does not say; published: of every model its authors' "
        "own budget on the data set",
    )
    datasets: list[str] | None = Field(None, description="cases of the study (default: all)")
    count: PositiveInt = Field(10_000, description="images that each row draws")
    looks: PositiveInt = Field(1000, description="images drawn at every moment of a training")
    metrics: list[str] | None = Field(
        None,
        description="scores beside those of the default run (default: all other registered ones)",
    )
    hyperparameters: Literal["published", "short"] = Field(
        "published", description="a model's own: the published ones, or some for a short training"
    )
    draws: NonNegativeInt = Field(
        0, description="further trainings of each row with hyper-parameters drawn at random"
    )
    search: Literal["wide", "narrow"] = Field(
        "wide", description="laws of those draws: the first or the second search of Lucic et al."
    )

    def own_names(self) -> list[str]:
        """See `Rows`: the registered models."""
        return list(IMAGE_MODELS)

    def check(self, name: str) -> None:
        """See `Rows`; a draw's settings must hold, too."""
        super().check(name)
        check_listed(self.metrics or [], list(METRICS), f"{name}.metrics")
        for row in (*self.rows, *self.row_settings):
            if _DRAW in row:
                raise ValueError(f"{name}.rows: {row!r}: '{_DRAW}' marks a draw of a row")
        for row in self.drawn_rows():
            words = self.words_of(row, steps=1)  # whatever the data set
            self.settings_class(self.model_of(row)).checked(words, f"{name} {row}")

    def drawn_rows(self) -> list[str]:
        """Name the rows whose hyper-parameters are drawn: ROWdraw1, ROWdraw2, ..."""
        return [f"{row}{_DRAW}{k}" for row in self.rows for k in range(1, self.draws + 1)]

    def trained_rows(self) -> list[str]:
        """Name all rows that are trained: those of the table, and the drawn ones."""
        return [*self.rows, *self.drawn_rows()]

    def encodes(self, row: str) -> bool:
        """Whether a row's model has an encoder."""
        kind: Any = self.settings_class(self.model_of(row))
        return bool(kind.ENCODES)

    def has_codes(self, row: str) -> bool:
        """Whether the training images have codes in a row's model."""
        kind: Any = self.settings_class(self.model_of(row))
        return bool(kind.ENCODES or kind.CODES)

    def model_of(self, row: str) -> str:
        """See `Rows`."""
        return super().model_of(row.partition(_DRAW)[0])

    def words_of(self, row: str, source: str = "", steps: Steps | None = None) -> dict[str, Any]:
        """See `Rows`; what a draw drew is laid over its row's.

        Args:
            row: of this study.
            source: the registered data set, whose settings and budgets `published` means.
            steps: goes before the study's own.

        Raises:
            ValueError: the model has no published budget for it.
        """
        base, _, number = row.partition(_DRAW)
        kind: Any = self.settings_class(self.model_of(base))
        own = kind.AUTHORS.get(source, kind.AUTHORS.get("default", {}))
        values = dict(kind.SHORT if self.hyperparameters == "short" else own)
        values |= self.own_words(base)
        steps = steps or self.steps
        if steps and not {"steps", "epochs"} & values.keys():
            published = steps == "published"
            values |= self._budget(base, source) if published else {"steps": steps}
        if number:
            laws = getattr(kind, self.search.upper())
            values |= draw_settings(laws, int(number))
        return values

    def _budget(self, row: str, source: str) -> Budget:
        kind: Any = self.settings_class(self.model_of(row))
        found: Budget | None = kind.PUBLISHED.get(source, kind.PUBLISHED.get("default"))
        if found is None:
            raise ValueError(
                f"steps: published: {row} has no published budget for the data set {source!r} "
                f"(it has for {', '.join(kind.PUBLISHED)}); give a number of steps, for one data "
                "set alone as dataset_settings.CASE.steps"
            )
        return found
