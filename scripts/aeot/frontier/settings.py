"""The frontier in the configuration: which samplers are swept over which setting; torch-free."""

from typing import Any

from pydantic import Field, PositiveInt

from aeot.models.aeot.settings import SamplingSettings
from aeot.pointmodels.config import Samplers
from aeot.rows import check_listed
from aeot.settings import Settings, format_items

END = "ae"  # the curve of one place: test images, encoded and decoded


def settings_class(model: str | None) -> type[Settings]:
    """Return the settings that a curve sweeps: AE-OT's sampler's, or a model of points'.

    Raises:
        InputError: the model is not registered.
    """
    return SamplingSettings if model is None else Samplers.settings_class(model)


class Curve(Settings):
    """A sampler, and the setting that moves it between copying and novelty."""

    model: str | None = Field(
        None,
        description="registered model of points, fitted to the training codes anew at every value "
        "(default: AE-OT's sampler, on the transport that is solved already)",
    )
    set: dict[str, Any] = Field({}, description="its other settings, where not the defaults")
    over: str | None = Field(None, description="the setting that is swept (default: none)")
    values: list[Any] = Field([], description="its values; the curve has a place for each")

    def places(self) -> list[dict[str, Any]]:
        """Return the settings of every place, in order: one place where nothing is swept."""
        return [self.set | {self.over: value} for value in self.values] if self.over else [self.set]

    def words(self) -> list[str]:
        """Return its values as words of a command line."""
        return [item.partition("=")[2] for v in self.values for item in format_items({"": v})]

    def check(self, where: str) -> None:
        """Check what pydantic cannot: that every place's settings hold.

        Raises:
            ValueError: a setting is swept without values, or what the workflow sets is set.
            InputError: a place's settings are wrong.
        """
        if bool(self.over) != bool(self.values):
            raise ValueError(f"{where}: over and values belong together")
        if any(value in self.values[:k] for k, value in enumerate(self.values)):
            raise ValueError(f"{where}.values: every value may be listed once")
        for place in self.places():
            if "count" in place:
                raise ValueError(f"{where}: count is scored_images, for every curve")
            if place.get("variant") == "reconstruction":
                raise ValueError(f"{where}: the reconstruction is always there, as {END!r}")
            settings_class(self.model).checked(place, where)


class Frontier(Settings):
    """Which curves are drawn."""

    curves: list[str] = Field([], description="curves, each listed in curve_settings")
    curve_settings: dict[str, Curve] = {}
    draws: PositiveInt = Field(
        3, description="independent draws of every place, whose spread the table and figure show"
    )

    def ours(self, name: str) -> bool:
        """Whether a curve is AE-OT's."""
        return self.curve_settings[name].model in (None, "aeot")

    def check(self) -> None:
        """Check names and settings.

        Raises:
            ValueError: a name is not known, taken, or no name.
            InputError: a place's settings are wrong.
        """
        check_listed(self.curves, list(self.curve_settings), "frontier.curves")
        for name, curve in self.curve_settings.items():
            if name == END:
                raise ValueError(f"frontier.curve_settings: {name!r} is taken by the workflow")
            if not (name.isascii() and name.isalnum() and name == name.lower()):
                raise ValueError(
                    f"frontier.curve_settings: {name!r} is not lower-case letters, digits"
                )
            curve.check(f"frontier.curve_settings.{name}")
