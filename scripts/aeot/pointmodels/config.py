"""Models of points in the configuration: mode collapse, and samplers of codes; torch-free."""

from typing import Any, ClassVar, Literal

from pydantic import Field, PositiveInt

from aeot import names
from aeot.mixtures import MIXTURES
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.trial_settings import StepSettings, drawn_once
from aeot.rows import Row, Rows, check_listed


class Collapse(Rows):
    """What is compared on which mixtures."""

    REGISTRY: ClassVar[dict[str, str]] = POINT_MODELS
    KIND: ClassVar[str] = "model of points"
    TAKEN: ClassVar[tuple[str, ...]] = names.POINT_ROWS

    steps: PositiveInt | Literal["published"] | None = Field(  # type: ignore[assignment]
        None,
        description="steps of every GAN whose row does not say; published: PacGAN's 400,000",
    )
    mixtures: list[str] = Field(["grid"], min_length=1, description="registered mixtures")
    trials: PositiveInt = Field(10, description="trainings of each model")
    training_points: PositiveInt = Field(100_000, description="points drawn, once a seed")

    def check(self, name: str) -> None:
        """See `Rows`; the mixtures, too."""
        check_listed(self.mixtures, list(MIXTURES), f"{name}.mixtures")
        super().check(name)

    def words_of(self, row: str) -> dict[str, Any]:
        """See `Rows`; with the number that `published` means."""
        values = super().words_of(row)
        if values.get("steps") == "published":
            values["steps"] = StepSettings.PUBLISHED
        return values

    def singular(self, row: str) -> str | None:
        """Return what becomes of a row's singular source samples; None where it has none."""
        settings = self.settings_class(self.model_of(row))(**self.words_of(row))
        return getattr(settings, "singular", None)

    def counts_steps(self, model: str) -> bool:
        """See `Rows`: every GAN; other models have budgets of their own."""
        return issubclass(self.settings_class(model), StepSettings)


class SamplerRow(Row):
    """A model of points that is fitted to codes, and whose codes they are."""

    of: str = Field("autoencoder", description="the frozen autoencoder, or a trained row")


class Samplers(Rows):
    """What draws codes beside AE-OT; one trial each."""

    REGISTRY: ClassVar[dict[str, str]] = POINT_MODELS
    KIND: ClassVar[str] = "model of points"
    TAKEN: ClassVar[tuple[str, ...]] = names.ROWS

    row_settings: dict[str, SamplerRow] = {}  # type: ignore[assignment]
    count: PositiveInt = Field(10_000, description="images that each row draws")

    def words_of(self, row: str) -> dict[str, Any]:
        """See `Rows`; with the number of draws, of which only the last are decoded."""
        kind = self.settings_class(self.model_of(row))
        return super().words_of(row) | drawn_once(kind, self.count)
