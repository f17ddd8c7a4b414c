"""The workflow's configuration: one typed tree, checked while the workflow is parsed.

`methods` defines what can be compared, `studies` what is compared. Only keys in the configuration
are passed to a rule, as `--set KEY=VALUE` words: defaults are defined in the code that uses them.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    PositiveInt,
    WithJsonSchema,
    model_validator,
)

from aeot.charts.settings import Figures, figure_schema
from aeot.config_checks import check
from aeot.datasets import DATASETS
from aeot.datasets.settings import DatasetSettings
from aeot.methods import (
    Method,
    Mixtures,
    Steps,
    Training,
    image_settings,
    latent_settings,
    point_settings,
    published_checkpoints,
)
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.models.aeot.segment_settings import SegmentSettings
from aeot.models.autoencoder.settings import Section as AutoencoderSection
from aeot.models.inversion_settings import InversionSettings
from aeot.old_keys import refuse_old_keys
from aeot.registry import resolve
from aeot.settings import Settings, format_items
from aeot.studies import Study
from aeot.transport.settings import TransportSettings


def _name(name: str) -> str:
    if not re.fullmatch("[a-z0-9]+", name):
        raise ValueError(
            "a name consists of lower-case letters and digits, because it becomes part of paths"
        )
    return name


def _once(names: list[Any]) -> list[Any]:
    if len(set(names)) != len(names):
        raise ValueError("every entry may be listed only once")
    return names


Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[list[Name], AfterValidator(_once)]
Seeds = Annotated[list[Annotated[int, Field(ge=0)]], AfterValidator(_once), Field(min_length=1)]


class SourceSettings(Settings):
    """Where the raw files of a downloadable data set are."""

    root: str | None = Field(None, description="folder with the raw files, instead of a download")


class DatasetCase(Settings):
    """A data set with the settings of this run: its source, its images, and its own overrides."""

    source: str | None = Field(None, description="registered data set (default: the case's name)")
    data: dict[str, Any] = Field({}, description="settings of the source's images")
    autoencoder: AutoencoderSection = AutoencoderSection()
    transport: TransportSettings = TransportSettings()
    methods: dict[Name, dict[str, Any]] = Field({}, description="settings of methods, by name")
    steps: Steps | None = Field(None, description="like training.steps, for this data set only")


class Config(Settings):
    """The whole configuration."""

    run: Names = Field([], description="studies that `snakemake all` builds")
    datasets: Annotated[Names, Field(min_length=1)] = Field(
        description="data sets of every study that lists none: registered ones, or names of your "
        "own, which dataset_settings defines"
    )
    extractors: Annotated[Names, Field(min_length=1)] = Field(
        description="registered feature extractors; every study computes its scores with each"
    )
    seeds: Seeds = Field(description="everything is run once per seed")
    metrics: Names = Field(["fid", "kid", "prd"], description="metrics that every study computes")
    scored_images: PositiveInt = Field(
        10_000,
        description="number of images of each set that are scored, the first ones of each file",
    )
    drawn_images: PositiveInt = Field(
        10_000, description="number of images that every method draws"
    )
    gpu: Literal["auto"] | bool = Field(
        "auto", description="whether jobs request a GPU; auto: if nvidia-smi is found"
    )
    ranks: PositiveInt = Field(
        1,
        description="number of processes that share a training of the autoencoder, or a solve of "
        "the transport; each uses a GPU if there is one",
    )
    sources: dict[Name, SourceSettings] = Field(
        {}, description="location of the raw files, by registered data set"
    )
    dataset_settings: dict[Name, DatasetCase] = Field(
        {}, description="data sets with the settings of this run, by name"
    )
    autoencoder: AutoencoderSection = AutoencoderSection()
    transport: TransportSettings = TransportSettings()
    training: Training = Training()
    mixtures: Mixtures = Mixtures()
    methods: dict[str, Method] = Field({}, description="methods that can be compared, by name")
    studies: dict[str, Study] = Field(
        {}, description="studies, which define what is compared and how, by name"
    )
    extractor_settings: dict[Name, dict[str, Any]] = Field(
        {}, description="settings of the feature extractors, by name"
    )
    metric_settings: dict[Name, dict[str, Any]] = Field(
        {}, description="settings of the metrics, by name"
    )
    segments: SegmentSettings = SegmentSettings()
    inversion: InversionSettings = InversionSettings()
    figures: Annotated[
        Figures,
        Field(default_factory=Figures, description="settings of each figure, by its name"),
        WithJsonSchema(figure_schema()),
    ]

    @model_validator(mode="before")
    @classmethod
    def _check_keys(cls, values: Any) -> Any:  # noqa: ANN401
        if isinstance(values, Mapping):
            refuse_old_keys(values)
        return values

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        check(self)
        return self

    @property
    def cases(self) -> list[str]:
        """The data sets of images of any study."""
        found = [*self.datasets, *(c for at in self.studies.values() for c in at.datasets or [])]
        return [case for case in dict.fromkeys(found) if case not in MIXTURES]

    def case(self, dataset: str) -> DatasetCase:
        """Return the configuration of a data set."""
        return self.dataset_settings.get(dataset, DatasetCase())

    def source_of(self, dataset: str) -> str:
        """Name the registered data set behind a case."""
        return self.case(dataset).source or dataset

    def labelled(self, dataset: str) -> bool:
        """Whether the images of a case come with labels."""
        loader = resolve(DATASETS, self.source_of(dataset), "data set")
        settings = loader.Settings(**self.case(dataset).data)
        source = self.sources.get(self.source_of(dataset), SourceSettings())
        return bool(loader.labelled(settings, Path(source.root) if source.root else None))

    def known_manifold(self, dataset: str) -> bool:
        """Whether the set of all images of a case is known."""
        loader = resolve(DATASETS, self.source_of(dataset), "data set")
        return loader.manifold(loader.Settings(**self.case(dataset).data)) is not None

    def manifold_settings(self, dataset: str) -> dict[str, Any]:
        """Return the settings of a case's images, without their number and seed."""
        counts = DatasetSettings.model_fields
        return {key: value for key, value in self.case(dataset).data.items() if key not in counts}

    def section(self, name: str, dataset: str | None = None) -> dict[str, Any]:
        """Return the keys that are set in a section, with the overrides of the data set."""
        values = _set(getattr(self, name))
        if dataset is not None:
            values |= _set(getattr(self.case(dataset), name))
        return values

    def method(self, name: str) -> Method:
        """Return a method."""
        return self.methods[name]

    def own_settings(self, name: str, dataset: str | None = None) -> dict[str, Any]:
        """Return the keys that a method sets itself, on a data set."""
        special = self.case(dataset).methods.get(name, {}) if dataset else {}
        return self.methods[name].set | special

    def method_settings(self, name: str, dataset: str) -> dict[str, Any]:
        """Return all keys that are set for a method on a data set."""
        method, own = self.methods[name], self.own_settings(name, dataset)
        if method.kind == "points":
            return point_settings(method, own, self.mixtures)
        if method.kind == "latents":
            return latent_settings(method, own, self.drawn_images)
        if method.kind == "map":
            return own | ({"count": self.drawn_images} if method.draws() else {})
        steps, source = self.case(dataset).steps, self.source_of(dataset)
        return image_settings(method, own, self.training, source, steps)

    def search_settings(self, study: str, name: str, dataset: str) -> dict[str, Any]:
        """Return all keys that are set for a model in a study's search."""
        search = self.studies[study].search
        training = Training(steps=self.training.steps)
        own = self.own_settings(name, dataset) | search.set
        steps = search.steps or self.case(dataset).steps
        return image_settings(self.methods[name], own, training, self.source_of(dataset), steps)

    def search_metrics(self, study: str, dataset: str) -> list[str]:
        """Name the metrics of a study's search that a data set allows, after the distance."""
        known = self.known_manifold(dataset)
        return [
            name
            for name in self.studies[study].search.metrics
            if known or "manifold" not in resolve(METRICS, name, "metric").NEEDS
        ]

    def search_inversion(self, study: str) -> dict[str, Any]:
        """Return the keys that are set for the search of test images in a study's search."""
        return _set(self.inversion) | _set(self.studies[study].search.inversion)

    def checkpoints(self, study: str, dataset: str) -> int:
        """Return how many checkpoints of a training a study's search scores."""
        given = self.studies[study].search.checkpoints
        return published_checkpoints(self.source_of(dataset)) if given == "published" else given

    def one_fit(self, study: str, name: str, dataset: str) -> bool:
        """Whether one fit of a sampler of latent codes is enough for a study's sweep."""
        kind: Any = self.method(name).settings_class()
        own = self.own_settings(name, dataset)
        places = self.studies[study].swept(name).places(own)
        return all(kind(**place).of_fit() == kind(**own).of_fit() for place in places)

    def singular(self, name: str, dataset: str) -> str | None:
        """Return the treatment of a method's singular source samples; None if it has none."""
        settings: Any = self.method(name).settings_class()(**self.method_settings(name, dataset))
        if getattr(settings, "variant", "extended") != "extended":
            return None
        return getattr(settings, "singular", None)

    def datasets_of(self, study: str) -> list[str]:
        """Return the data sets, or the mixtures, of a study."""
        own = self.studies[study].datasets
        return self.datasets if own is None else own

    def extractors_of(self, study: str) -> list[str]:
        """Return the extractors of a study."""
        own = self.studies[study].extractors
        return self.extractors if own is None else own

    def used_extractors(self) -> list[str]:
        """Return the extractors of any study, each once."""
        found = [
            *self.extractors,
            *(e for study in self.studies for e in self.extractors_of(study)),
        ]
        return list(dict.fromkeys(found))

    def metrics_of(self, study: str) -> list[str]:
        """Return the metrics of a study in addition to the general ones."""
        wanted = self.studies[study].metrics
        return [name for name in METRICS if name not in self.metrics
                and (wanted == "all" or name in wanted)]  # fmt: skip

    def searched(self, study: str) -> list[str]:
        """Name the methods of a study whose hyper-parameters it searches."""
        at = self.studies[study]
        models = [name for name in at.methods if self.methods[name].kind == "images"]
        return models if at.search.draws else []

    def used(self, kind: str) -> list[str]:
        """Name the methods of a kind that any study needs, each once."""
        return [n for n in self.needed_of(*self.studies) if self.method(n).kind == kind]

    def needed_of(self, *studies: str) -> list[str]:
        """Name the methods that studies need, and those whose codes are sampled, each once."""
        found = [
            name
            for at in (self.studies[study] for study in studies)
            for name in (*at.methods, *at.search.references, *at.shown())
        ]
        found += [of for name in found if (of := self.method(name).of) in self.methods]
        return list(dict.fromkeys(found))


def words(values: Mapping[str, Any]) -> list[str]:
    """Write settings as `--set` words, sorted, so that their order never makes a job stale."""
    return format_items(dict(values))


def _set(settings: Settings) -> dict[str, Any]:
    return settings.model_dump(exclude_unset=True)
