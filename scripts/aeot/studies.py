"""Studies in the configuration: what is compared, on which data, and how; torch-free."""

from typing import Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from aeot.methods import Steps
from aeot.models.inversion_settings import InversionSettings
from aeot.settings import Settings, format_items


class Search(Settings):
    """A search over the hyper-parameters of each model of images, with re-runs of its best draw.

    `aeot.search` trains and scores; its seed is the first of the general `seeds`.
    """

    draws: NonNegativeInt = Field(
        0,
        description="trainings of each model; the first has the authors' own hyper-parameters",
    )
    ranges: Literal["wide", "narrow"] = Field(
        "wide", description="distributions of the draws: the first or second search of Lucic et al."
    )
    set: dict[str, Any] = Field(
        {}, description="settings that override those of every searched model, such as width"
    )
    steps: Steps | None = Field(
        None, description="steps of every training (default: training.steps)"
    )
    checkpoints: PositiveInt | Literal["published"] = Field(
        4,
        description="number of equal parts of a training after each of which it is scored; "
        "the best counts",
    )
    images: PositiveInt | None = Field(
        None,
        ge=2,
        description="number of images that are scored at a checkpoint (default: scored_images)",
    )
    metrics: list[str] = Field([], description="metrics in addition to the Fréchet distance")
    references: list[str] = Field(
        [], description="samplers of latent codes that are scored without a search"
    )
    inversion: InversionSettings = Field(
        InversionSettings(), description="settings that override the general `inversion`"
    )
    reruns: PositiveInt = Field(
        5, description="number of trainings of the best draw, each with a fresh seed"
    )


class Place(Settings):
    """The sweep of a method over one of its settings."""

    set: dict[str, Any] = Field({}, description="settings that override the method's")
    setting: str | None = Field(None, description="the setting that is swept (default: none)")
    values: list[Any] = Field([], description="its values; the curve has a point for each")

    def places(self, base: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the settings of every point, in order; a single point if nothing is swept."""
        fixed = base | self.set
        return [fixed | {self.setting: v} for v in self.values] if self.setting else [fixed]

    def words(self) -> list[str]:
        """Return its values as words of a command line."""
        return [item.partition("=")[2] for v in self.values for item in format_items({"": v})]

    def check(self, where: str) -> None:
        """Check what pydantic cannot.

        Raises:
            ValueError: a setting is swept without values, or the workflow sets it.
        """
        if bool(self.setting) != bool(self.values):
            raise ValueError(f"{where}: setting and values belong together")
        if any(value in self.values[:k] for k, value in enumerate(self.values)):
            raise ValueError(f"{where}.values: every value may be listed only once")
        if "count" in self.set or self.setting == "count":
            raise ValueError(f"{where}: count is set by scored_images, for every method")


class Sweep(Settings):
    """Samplers of latent codes, each swept over one of its settings: fidelity against novelty."""

    draws: PositiveInt = Field(
        3,
        description="independent draws at every point, whose spread the table and figure show",
    )
    over: dict[str, Place] = Field(
        {}, description="setting that is swept, by method; a method without an entry has one point"
    )


class Study(Settings):
    """Data sets, methods, scores, tables and figures that answer one question."""

    datasets: list[str] | None = Field(
        None, description="data sets, or mixtures (default: the general `datasets`)"
    )
    extractors: list[str] | None = Field(
        None, description="feature extractors for its scores (default: the general `extractors`)"
    )
    methods: list[str] = Field([], description="methods that it compares, each defined in methods")
    metrics: list[str] | Literal["all"] = Field(
        [], description="metrics in addition to the general `metrics`; all: every registered one"
    )
    pictures: list[str | list[str]] | None = Field(
        None,
        description="methods that the figure `field` shows, from left to right (default: "
        "methods); the best one of an entry that is a list",
    )
    tables: list[Literal["losses", "scores", "modes", "frontier", "reruns"]] = Field(
        [], description="tables that it writes"
    )
    figures: list[str] = Field([], description="registered figures")
    search: Search = Search()
    sweep: Sweep | None = None

    def swept(self, method: str) -> Place:
        """Return the sweep of a method; one without an entry has a single point."""
        return self.sweep.over.get(method, Place()) if self.sweep else Place()

    def shown(self) -> list[str]:
        """Methods of its field of pictures, from left to right."""
        entries = self.methods if self.pictures is None else self.pictures
        return [name for entry in entries for name in _as_list(entry)]

    def rivals(self) -> list[str]:
        """Methods of which the field shows only the best."""
        entries = self.pictures or []
        return [name for entry in entries if isinstance(entry, list) for name in entry]


def _as_list(entry: str | list[str]) -> list[str]:
    return [entry] if isinstance(entry, str) else entry
