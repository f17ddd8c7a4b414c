"""The workflow's configuration: one typed tree, checked while the workflow is parsed.

Lists say what to run; the mappings beside them say how. Only keys that the configuration names
reach a rule, as `--set KEY=VALUE` words: a default lives in the code that uses it.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PositiveInt, create_model, model_validator

from aeot import names
from aeot.charts import FIGURES
from aeot.datasets import DATASETS
from aeot.features import EXTRACTORS
from aeot.frontier.settings import Frontier
from aeot.metrics import METRICS
from aeot.metrics.convexity import Convexity
from aeot.metrics.prd import Prd
from aeot.models.aeot.segment_settings import SegmentSettings
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.settings import AutoencoderSettings
from aeot.models.config import ImageStudy, Steps
from aeot.names import refuse_kept
from aeot.pointmodels.config import Collapse, Samplers
from aeot.registry import resolve
from aeot.settings import Settings, format_items
from aeot.transport.settings import TransportSettings


def _name(name: str) -> str:
    if not re.fullmatch("[a-z0-9]+", name):
        raise ValueError("a name is lower-case letters and digits: it becomes part of paths")
    return name


def _once(names: list[Any]) -> list[Any]:
    if len(set(names)) != len(names):
        raise ValueError("every entry may be listed once")
    return names


Name = Annotated[str, AfterValidator(_name)]
Names = Annotated[list[Name], AfterValidator(_once)]
Seeds = Annotated[list[Annotated[int, Field(ge=0)]], AfterValidator(_once), Field(min_length=1)]


class SourceSettings(Settings):
    """Where the raw files of a downloadable data set are."""

    root: str | None = Field(None, description="folder that stands in for the download")


class DatasetCase(Settings):
    """A data set as this run uses it: its source, its images, and what differs for it."""

    source: str | None = Field(None, description="registered data set (default: the case's name)")
    data: dict[str, Any] = Field({}, description="settings of the source's images")
    autoencoder: AutoencoderSettings = AutoencoderSettings()
    transport: TransportSettings = TransportSettings()
    model_settings: dict[Name, SamplingSettings] = {}
    steps: Steps | None = Field(None, description="as the studies' steps, for this data set alone")


def _figures() -> type[Settings]:
    """Settings of all registered figures, by name."""
    kinds = {name: resolve(FIGURES, name, "figure") for name in FIGURES}
    fields: dict[str, Any] = {name: (kind, kind()) for name, kind in kinds.items()}
    made: type[Settings] = create_model(
        "Figures", __base__=Settings, __doc__="Settings of each figure.", **fields
    )
    return made


Figures: Any = _figures()


class Config(Settings):
    """The whole configuration."""

    datasets: Annotated[Names, Field(min_length=1)]
    models: Annotated[Names, Field(min_length=1)]
    extractors: Annotated[Names, Field(min_length=1)]
    seeds: Seeds
    metrics: Names = Field(["fid", "kid", "prd"], description="scores of every row")
    scored_images: PositiveInt = 10000
    gpu: Literal["auto"] | bool = Field(
        "auto", description="whether jobs ask for a GPU; auto: where nvidia-smi is found"
    )
    ranks: PositiveInt = Field(
        1,
        description="processes that share a training of the autoencoder, or a solve of the "
        "transport; each takes a GPU where there are any",
    )
    sources: dict[Name, SourceSettings] = {}
    dataset_settings: dict[Name, DatasetCase] = {}
    autoencoder: AutoencoderSettings = AutoencoderSettings()
    transport: TransportSettings = TransportSettings()
    segments: SegmentSettings = SegmentSettings()
    model_settings: dict[Name, SamplingSettings] = {}
    extractor_settings: dict[Name, dict[str, Any]] = {}
    prd: Prd = Prd()
    convexity: Convexity = Convexity()
    collapse: Collapse = Collapse()
    adversarial: ImageStudy = ImageStudy()
    autoencoders: ImageStudy = ImageStudy()
    samplers: Samplers = Samplers()
    frontier: Frontier = Frontier()
    figures: Figures = Figures()

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        """Every listed name must lead to something, and its settings must hold."""
        refuse_kept([*self.datasets, *self.dataset_settings], names.CASES, "datasets")
        refuse_kept([*self.models, *self.model_settings], names.ROWS, "models")
        for name in self.sources:
            _known(name, [n for n, at in DATASETS.items() if _fetched(at)], "sources")
        for name in {*self.datasets, *self.dataset_settings}:
            source = self.source_of(name)
            where = f"datasets: {name!r} has the source" if source != name else "datasets:"
            _known(source, DATASETS, where)
            data = self.case(name).data
            loader = resolve(DATASETS, source, "data set")
            loader.Settings.checked(data, f"dataset_settings.{name}.data")
        _known_all(self.models, self.model_settings, "models", "model_settings")
        _known_all(self.extractors, EXTRACTORS, "extractors", "the registry of extractors")
        for name, values in self.extractor_settings.items():
            extractor = resolve(EXTRACTORS, name, "extractor")
            extractor.checked(values, f"extractor_settings.{name}")
        for name in self.metrics:
            _known(name, METRICS, "metrics:")
        self.collapse.check("collapse")
        for name, study in self.studies.items():
            study.check(name)
            for case in study.datasets or []:
                _known(case, self.datasets, f"{name}.datasets:")
            for row in study.trained_rows():
                if row in self.models:
                    raise ValueError(f"{name}.rows: {row!r} is listed in models too")
                for case in self.datasets if study.datasets is None else study.datasets:
                    self.trained(row, case)  # its budget must be known
        self.samplers.check("samplers")
        trained = [row for study in self.studies.values() for row in study.trained_rows()]
        coded = [row for at in self.studies.values() for row in at.rows if at.has_codes(row)]
        for row in self.samplers.rows:
            if row in [*self.models, *trained]:
                raise ValueError(f"samplers.rows: {row!r} is listed elsewhere too")
            wanted = self.samplers.row_settings[row].of
            _known(wanted, ["autoencoder", *coded], f"samplers.row_settings.{row}.of:")
        self.frontier.check()
        return self

    def case(self, dataset: str) -> DatasetCase:
        """Return what the configuration says of a data set."""
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

    def section(self, name: str, dataset: str | None = None) -> dict[str, Any]:
        """Return the keys that are set in a section, the data set's own laid over the general."""
        values = _set(getattr(self, name))
        if dataset is not None:
            values |= _set(getattr(self.case(dataset), name))
        return values

    def model(self, name: str, dataset: str) -> dict[str, Any]:
        """Return the keys that are set for a model, on a data set."""
        general = self.model_settings.get(name, SamplingSettings())
        special = self.case(dataset).model_settings.get(name, SamplingSettings())
        return _set(general) | _set(special)

    def singular(self, name: str, dataset: str) -> str | None:
        """Return what becomes of a model's singular source samples; None where it has none."""
        settings = SamplingSettings(**self.model(name, dataset))
        return settings.singular if settings.variant == "extended" else None

    @property
    def studies(self) -> dict[str, ImageStudy]:
        """The studies of models of images, by name."""
        return {"adversarial": self.adversarial, "autoencoders": self.autoencoders}

    def metrics_of(self, study: str) -> list[str]:
        """Return the metrics that a study scores beside those of the default run."""
        wanted = self.studies[study].metrics
        return [name for name in METRICS if name not in self.metrics
                and (wanted is None or name in wanted)]  # fmt: skip

    def study_of(self, row: str) -> ImageStudy:
        """Return the study that says how a row is trained: the first that lists it."""
        return next(study for study in self.studies.values() if row in study.trained_rows())

    def trained(self, row: str, dataset: str) -> dict[str, Any]:
        """Return the keys that are set for a row of the studies of images, on a data set."""
        return self.study_of(row).words_of(row, self.source_of(dataset), self.case(dataset).steps)


def _fetched(address: str) -> bool:
    """Whether the data set at a registry address has raw files to fetch."""
    return bool(resolve({"it": address}, "it", "data set").fetched)


def words(values: Mapping[str, Any]) -> list[str]:
    """Write settings as `--set` words, sorted, so that their order never makes a job stale."""
    return format_items(dict(values))


def _set(settings: Settings) -> dict[str, Any]:
    return settings.model_dump(exclude_unset=True)


def _known(name: str, names: Iterable[str], where: str) -> None:
    if name not in names:
        raise ValueError(f"{where} {name!r} is not known; known: {', '.join(sorted(names))}")


def _known_all(used: list[str], names: Iterable[str], where: str, place: str) -> None:
    for name in used:
        if name not in names:
            known = ", ".join(sorted(names))
            raise ValueError(f"{where}: {name!r} is not listed in {place}; listed: {known}")
