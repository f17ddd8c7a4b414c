"""What a configuration asks for, against the images that there are; torch-free.

What belongs to every run is checked when the configuration is read, what belongs to a study when
its jobs are planned: nobody has to fit the settings of a study that is not run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aeot.config import Config, SourceSettings
from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.frontier.settings import settings_class
from aeot.metrics import METRICS
from aeot.metrics.copying import Copying
from aeot.metrics.prd import Prd
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.memory import training_mib
from aeot.models.autoencoder.settings import AutoencoderSettings
from aeot.models.config import ImageStudy
from aeot.models.step_settings import StepSettings
from aeot.pointmodels.config import Collapse, Samplers
from aeot.pointmodels.trial_settings import PointSettings
from aeot.registry import resolve
from aeot.tables.few import FEW

_LEAST = 3  # images that a standard error of the kernel distance takes


@dataclass(frozen=True)
class Case:
    """What a data set of the configuration offers.

    Attributes:
        train: training images. Of a folder of pictures the files are counted: copies of one
            picture make it fewer.
        test: test images, counted alike.
        codes: training images of the autoencoder, and so training codes.
        shape: (channels, height, width) of an image.
    """

    train: int
    test: int
    codes: int
    shape: tuple[int, int, int]


class Bounds:
    """A configuration and its images.

    Raises:
        InputError: what every run does cannot work, with the key of each fault.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.cases = {name: _case(config, name) for name in config.datasets}
        refuse(fault for name in self.cases for fault in self._faults(name))
        refuse(self._collapse_faults())

    def scored(self, name: str) -> int:
        """Images of each set that are scored: `scored_images`, or what the smaller set has."""
        case = self.cases[name]
        return min(self.config.scored_images, case.train, case.test)

    def training_mib(self, name: str) -> int:
        """Estimate the memory of the autoencoder's training, MiB."""
        case, settings = self.cases[name], self._autoencoder(name)
        return training_mib(settings, case.shape, case.train + case.test, self.config.ranks)

    def _autoencoder(self, name: str) -> AutoencoderSettings:
        return AutoencoderSettings(**self.config.section("autoencoder", name))

    def memory_notices(self, mib: int) -> list[str]:
        """Say where the autoencoder's training takes more memory than a machine's `mib`."""
        return [
            f"{name}: training the autoencoder takes some {wanted:,} MiB of memory, and this "
            f"machine has {mib:,}: lower data.size, autoencoder.width or batch_size, or raise "
            "autoencoder.extra_convs."
            for name in self.cases
            if (wanted := self.training_mib(name)) > mib
        ]

    def notices(self) -> list[str]:
        """Say where fewer images are scored than was asked for, or too few to read."""
        found = []
        for name, case in self.cases.items():
            n, asked = self.scored(name), self.config.scored_images
            text = f"{name}: {n:,} images of each set are scored"
            if n < asked:
                text += f", not {asked:,} (scored_images): {case.train:,} train, {case.test:,} test"
            if n < FEW:
                text += f". That is too few to read a score by itself (below {FEW:,}): compare "
                text += "rows with the floor, and kernel distances with their standard errors"
            if n < asked or n < FEW:
                found.append(f"{text}.")
        return found

    def _faults(self, name: str) -> Iterator[str]:
        config, case, n = self.config, self.cases[name], self.scored(name)
        at = f"dataset_settings.{name}"
        if case.train < _LEAST or case.test < _LEAST:
            yield (
                f"{at}: {case.train} training and {case.test} test images; the scores take at "
                f"least {_LEAST} of each: give more (train_count, test_count, test_fraction)."
            )
            return
        autoencoder = self._autoencoder(name)
        if case.codes > case.train:
            own = config.case(name).autoencoder.training_images is not None
            yield (
                f"{f'{at}.' if own else ''}autoencoder.training_images: {case.codes} are more than "
                f"the {case.train} training images of {name!r}; lower it."
            )
        if fault := autoencoder.shape_fault(case.shape):
            yield f"{at}.data.size: {fault}."
        if min(autoencoder.batch_size // 2, case.codes) < config.ranks:
            yield (
                f"ranks: {config.ranks} processes cannot share batches of "
                f"{autoencoder.batch_size} out of {case.codes} training images ({name}); lower it."
            )
        if 2 * n < config.prd.clusters:
            yield (
                f"prd.clusters: {config.prd.clusters} clusters need as many images in two sets; "
                f"{name} has {n} to score in each: lower it to {2 * n}, or give more images (of a "
                "folder, more pictures or a larger test_fraction)."
            )
        for model in config.models:
            sampling = SamplingSettings(**config.model(model, name))
            if sampling.variant != "reconstruction" and sampling.count < n:
                special = config.case(name).model_settings.get(model, SamplingSettings())
                place = f"{at}." if "count" in special.model_fields_set else ""
                yield _count(f"{place}model_settings.{model}.count", sampling.count, n, name)

    def _collapse_faults(self) -> Iterator[str]:
        study = self.config.collapse
        for row in study.rows:
            kind: Any = Collapse.settings_class(study.model_of(row))
            settings: PointSettings = kind(**study.words_of(row))
            where = f"collapse.row_settings.{row}.set"
            yield from _points(settings, study.training_points, "collapse.training_points", where)

    def study_faults(self, study: str, name: str) -> Iterator[str]:
        """Yield what a study of models of images cannot do on a data set."""
        rows, n, case = self.config.studies[study], self.scored(name), self.cases[name]
        if rows.count < n:
            yield _count(f"{study}.count", rows.count, n, name)
        for row in rows.trained_rows():
            kind: Any = ImageStudy.settings_class(rows.model_of(row))
            settings: StepSettings = kind(**self.config.trained(row, name))
            if fault := settings.shape_fault(case.shape):
                yield f"{study}.rows: {row!r} on {name}: {fault}."
        kinds = [resolve(METRICS, at, "metric") for at in self.config.metrics_of(study)]
        least = max((kind.LEAST for kind in kinds), default=1)
        if n < least:
            yield _few(study, name, n, least)
        if study == "autoencoders":
            yield from self._code_faults(name, any(rows.encodes(row) for row in rows.rows))

    def _code_faults(self, name: str, encoded: bool) -> Iterator[str]:
        config, n, case = self.config, self.scored(name), self.cases[name]
        pairs, walks = config.convexity.pairs, config.figures.walks.rows
        if encoded and 2 * pairs > n:
            yield (
                f"convexity.pairs: {pairs} pairs need {2 * pairs} scored test images; {name} has "
                f"{n}: at most {n // 2}."
            )
        if encoded and 2 * walks > case.test:
            yield (
                f"figures.walks.rows: {walks} pairs need {2 * walks} test images; {name} has "
                f"{case.test}: at most {case.test // 2}."
            )
        if encoded and config.labelled(name) and config.figures.attributes.rows > case.test:
            yield (
                f"figures.attributes.rows: {config.figures.attributes.rows} test images are "
                f"moved; {name} has {case.test}: at most {case.test}."
            )
        samplers = config.samplers
        if samplers.rows and samplers.count < n:
            yield _count("samplers.count", samplers.count, n, name)
        for row in samplers.rows:
            kind: Any = Samplers.settings_class(samplers.model_of(row))
            settings: PointSettings = kind(**samplers.words_of(row))
            where = f"samplers.row_settings.{row}.set"
            frozen = samplers.row_settings[row].of == "autoencoder"
            count = case.codes if frozen else case.train
            yield from _points(settings, count, f"training images of {name}", where)

    def frontier_faults(self, name: str) -> Iterator[str]:
        """Yield what the frontier cannot do on a data set."""
        frontier, n = self.config.frontier, self.scored(name)
        if n < Copying.LEAST:
            yield _few("geometry", name, n, Copying.LEAST)
        for curve in frontier.curves:
            yield from self._curve_faults(curve, name)

    def _curve_faults(self, curve: str, name: str) -> Iterator[str]:
        wanted, count = self.config.frontier.curve_settings[curve], self.cases[name].codes
        kind, what = settings_class(wanted.model), f"training images of {name}"
        where = f"frontier.curve_settings.{curve}"
        for place in wanted.places() if wanted.model else []:
            settings: Any = kind(**place)
            if (fault := settings.points_fault(count)) and fault[0] == wanted.over:
                yield f"{where}.values: {fault[1]}; there are {count} ({what})."
            else:
                yield from _points(settings, count, what, f"{where}.set")

    def certificate_faults(self, name: str) -> Iterator[str]:
        """Yield what the study of the certificate, whose clusters are fixed, cannot do."""
        least = -(-Prd().clusters // 2)
        if self.scored(name) < least:
            yield _few("certificate", name, self.scored(name), least)


def refuse(faults: Iterator[str]) -> None:
    """Raise all faults as one InputError; nothing where there are none."""
    if found := list(dict.fromkeys(faults)):
        raise InputError(" ".join(found))


def _case(config: Config, name: str) -> Case:
    loader = resolve(DATASETS, config.source_of(name), "data set")
    settings = loader.Settings(**config.case(name).data)
    root = config.sources.get(config.source_of(name), SourceSettings()).root
    try:
        train, test = loader.sizes(settings, Path(root) if root else None)
    except InputError as error:
        raise InputError(f"dataset_settings.{name}.data: {error}") from None
    codes = config.section("autoencoder", name).get("training_images") or train
    return Case(train, test, codes, loader.shape(settings))


def _points(settings: PointSettings, count: int, what: str, where: str) -> Iterator[str]:
    if fault := settings.points_fault(count):
        yield f"{where}.{fault[0]}: {fault[1]}; there are {count} ({what})."


def _count(key: str, count: int, n: int, name: str) -> str:
    return f"{key}: {count} images are fewer than the {n} that are scored of {name}; raise it."


def _few(study: str, name: str, n: int, least: int) -> str:
    return f"dataset_settings.{name}: {study} needs {least} scored images at least; there are {n}."
