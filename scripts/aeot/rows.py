"""Rows of a study in the configuration: registered models and their settings; torch-free."""

from typing import Any, ClassVar

from pydantic import Field, PositiveInt

from aeot.names import refuse_kept
from aeot.registry import resolve_part
from aeot.settings import Settings


class Row(Settings):
    """A row of the table: a registered model and its settings."""

    model: str = Field(description="registered model")
    set: dict[str, Any] = Field({}, description="its settings")


class Rows(Settings):
    """The rows of a study.

    `REGISTRY` lists its models, `KIND` is what they are called, `TAKEN` names that are no rows.
    """

    REGISTRY: ClassVar[dict[str, str]] = {}
    KIND: ClassVar[str] = "model"
    TAKEN: ClassVar[tuple[str, ...]] = ()

    rows: list[str] = Field([], description="rows of the table, each listed in row_settings")
    steps: PositiveInt | None = Field(
        None, description="steps of every model that counts them and whose row does not say"
    )
    row_settings: dict[str, Row] = {}

    def check(self, name: str) -> None:
        """Check what pydantic cannot: that names are registered and settings hold.

        Raises:
            ValueError: a name is not known, or occurs twice.
            InputError: a row's settings are wrong.
        """
        check_listed(self.rows, [*self.row_settings, *self.own_names()], f"{name}.rows")
        refuse_kept(self.row_settings, self.TAKEN, f"{name}.row_settings")
        for row, wanted in self.row_settings.items():
            if not (row.isascii() and row.isalnum() and row == row.lower()):
                raise ValueError(f"{name}.row_settings: {row!r} is not lower-case letters, digits")
            self.settings_class(wanted.model).checked(wanted.set, f"{name}.row_settings.{row}.set")

    def own_names(self) -> list[str]:
        """Rows that need no `row_settings`."""
        return []

    @classmethod
    def settings_class(cls, model: str) -> type[Settings]:
        """Return the settings of a registered model.

        Raises:
            InputError: it is not registered.
        """
        found: type[Settings] = resolve_part(cls.REGISTRY, model, "settings:Settings", cls.KIND)
        return found

    def model_of(self, row: str) -> str:
        """Name the registered model behind a row."""
        return self.row_settings[row].model if row in self.row_settings else row

    def own_words(self, row: str) -> dict[str, Any]:
        """Return the keys that a row itself sets."""
        return dict(self.row_settings[row].set) if row in self.row_settings else {}

    def words_of(self, row: str) -> dict[str, Any]:
        """Return the keys that are set for a row."""
        values = self.own_words(row)
        if self.steps and self.counts_steps(self.model_of(row)):
            values.setdefault("steps", self.steps)
        return values

    def counts_steps(self, model: str) -> bool:
        """Whether the study's `steps` are meant for a registered model."""
        return "steps" in self.settings_class(model).model_fields


def check_listed(listed: list[str], known: list[str], where: str) -> None:
    """Refuse entries of a list that are not known, or occur twice.

    Raises:
        ValueError: one is.
    """
    for entry in listed:
        if entry not in known:
            some = ", ".join(sorted(set(known)))
            raise ValueError(f"{where}: {entry!r} is not known; known: {some}")
    if len(set(listed)) < len(listed):
        raise ValueError(f"{where}: every entry may be listed once")
