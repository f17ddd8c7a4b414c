"""The study of mode collapse in the configuration; torch-free."""

from typing import Any

from pydantic import Field, PositiveInt

from aeot.mixtures import MIXTURES
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.trial_settings import StepSettings
from aeot.registry import resolve_part
from aeot.settings import Settings


class Row(Settings):
    """A row of the table: a registered model of points and its settings."""

    model: str = Field(description="registered model of points")
    set: dict[str, Any] = Field({}, description="its settings")


class Collapse(Settings):
    """What is compared on which mixtures."""

    mixtures: list[str] = Field(["grid"], min_length=1, description="registered mixtures")
    rows: list[str] = Field([], description="rows of the table, each listed in row_settings")
    trials: PositiveInt = Field(10, description="trainings of each model")
    training_points: PositiveInt = Field(100_000, description="points drawn, once a seed")
    steps: PositiveInt | None = Field(
        None, description="steps of every GAN whose row does not say (published: 400,000)"
    )
    row_settings: dict[str, Row] = {}

    def check(self, name: str) -> None:
        """Check what pydantic cannot: that names are registered and settings hold.

        Raises:
            ValueError: a name is not known, or occurs twice.
            InputError: a row's settings are wrong.
        """
        for key, known in (("mixtures", MIXTURES), ("rows", self.row_settings)):
            listed = getattr(self, key)
            for entry in listed:
                if entry not in known:
                    some = ", ".join(sorted(known))
                    raise ValueError(f"{name}.{key}: {entry!r} is not known; known: {some}")
            if len(set(listed)) < len(listed):
                raise ValueError(f"{name}.{key}: every entry may be listed once")
        for row, wanted in self.row_settings.items():
            if row in ("code", "real"):
                raise ValueError(f"{name}.row_settings: {row!r} is taken by the workflow")
            if not (row.isascii() and row.isalnum() and row == row.lower()):
                raise ValueError(f"{name}.row_settings: {row!r} is not lower-case letters, digits")
            self.settings_class(wanted.model).checked(wanted.set, f"{name}.row_settings.{row}.set")

    @staticmethod
    def settings_class(model: str) -> type[Settings]:
        """Return the settings of a registered model of points.

        Raises:
            InputError: it is not registered.
        """
        found: type[Settings] = resolve_part(
            POINT_MODELS, model, "settings:Settings", "model of points"
        )
        return found

    def model_of(self, row: str) -> str:
        """Name the registered model behind a row."""
        return self.row_settings[row].model

    def words_of(self, row: str) -> dict[str, Any]:
        """Return the keys that are set for a row."""
        values = dict(self.row_settings[row].set)
        stepped = issubclass(self.settings_class(self.model_of(row)), StepSettings)
        if stepped and self.steps is not None:
            values.setdefault("steps", self.steps)
        return values
