"""Compare what a configuration requires with the available images; torch-free.

The settings of every run are checked when the configuration is read, those of a study when its
jobs are planned: the settings of a study that is not run need not be possible.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aeot.charts import FIGURES
from aeot.config import Config, SourceSettings
from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.metrics.copying import Copying
from aeot.mixtures import MIXTURES
from aeot.models.autoencoder.defaults import defaults, filled
from aeot.models.autoencoder.memory import files_mib, training_mib
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.models.inversion_settings import InversionSettings
from aeot.registry import resolve

_LEAST = 3  # images that the standard error of the kernel distance needs


@dataclass(frozen=True)
class Case:
    """The images of a data set of the configuration.

    Attributes:
        train: number of training images. For a folder of pictures the files are counted; copies of
            a picture can reduce the number.
        test: number of test images, counted in the same way.
        codes: number of training images of the autoencoder, and thus of training codes.
        shape: (channels, height, width) of an image.
    """

    train: int
    test: int
    codes: int
    shape: tuple[int, int, int]


class Bounds:
    """A configuration and its images.

    Attributes:
        cases: the images of each data set.
        general: the data sets in `datasets` and in the studies of `run`, which every run checks;
            others are checked when one of their studies is planned.

    Raises:
        InputError: settings of every run are impossible; the message names the key of each fault.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.cases = {name: _case(config, name) for name in config.cases}
        of_run = [case for study in config.run for case in config.datasets_of(study)]
        self.general = [name for name in self.cases if name in (*config.datasets, *of_run)]
        refuse(fault for name in self.general for fault in self._faults(name))

    def scored(self, name: str) -> int:
        """Number of scored images of each set: `scored_images`, or the size of the smaller set."""
        case = self.cases[name]
        return min(self.config.scored_images, case.train, case.test)

    def searched(self, study: str, name: str) -> int:
        """Number of images that are scored at every checkpoint of a study's search."""
        return min(self.config.studies[study].search.images or self.scored(name), self.scored(name))

    def training_mib(self, name: str) -> int:
        """Estimate the memory of the autoencoder's training, MiB."""
        case, settings = self.cases[name], self._autoencoder(name)
        return training_mib(settings, case.shape, case.train + case.test, self.config.ranks)

    def files_mib(self, name: str) -> int:
        """Estimate the disk space of the autoencoder's training and the images of `run`, MiB."""
        config, case = self.config, self.cases[name]
        studies = [study for study in config.run if name in config.datasets_of(study)]
        methods = [config.method(each) for each in config.needed_of(*studies)]
        drawn = [m.draws() for m in methods if m.kind != "points"]
        images = case.train + case.test + drawn.count(True) * config.drawn_images
        images += drawn.count(False) * case.test
        return files_mib(self._autoencoder(name), case.shape, images)

    def pictures(self, name: str) -> bool:
        """Whether the images of a case are the user's own pictures, in a folder."""
        return "folder" in self.config.case(name).data

    def autoencoder(self, name: str) -> dict[str, Any]:
        """Return the keys that are set for the autoencoder, with a chosen value for each null."""
        case, pictures = self.cases[name], self.pictures(name)
        chosen = defaults(pictures, case.codes, case.shape)
        return filled(self.config.section("autoencoder", name), chosen)

    def _autoencoder(self, name: str) -> AutoencoderSettings:
        return AutoencoderSettings(**self.autoencoder(name))

    def _faults(self, name: str) -> Iterator[str]:
        config, case, n = self.config, self.cases[name], self.scored(name)
        at = f"dataset_settings.{name}"
        if case.train < _LEAST or case.test < _LEAST:
            yield (
                f"{at}: {case.train} training and {case.test} test images; the scores need at "
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
        if config.drawn_images < n:
            yield (
                f"drawn_images: {config.drawn_images} images are fewer than the {n} that are "
                f"scored of {name}; raise it."
            )
        for metric in config.metrics:
            yield from self._metric_faults(metric, name, n)

    def _metric_faults(self, metric: str, name: str, n: int) -> Iterator[str]:
        kind = resolve(METRICS, metric, "metric")
        if "manifold" in kind.NEEDS and not self.config.known_manifold(name):
            yield (
                f"metrics: {metric}: the manifold of {name} is not known; list this metric only "
                "in studies of polygons."
            )
            return
        found = kind(**self.config.metric_settings.get(metric, {})).shortage(n)
        if found:
            place = f"metric_settings.{metric}.{found[0]}" if found[0] else f"metrics: {metric}"
            yield f"{place}: {found[1]}; of {name} {n} are scored."

    def study_faults(self, study: str) -> Iterator[str]:
        """Yield what is impossible for a study on its data sets."""
        yield from self._manifold_faults(study)
        yield from self._classifier_faults(study)
        for name in self.config.datasets_of(study):
            yield from (
                self._mixture_faults(study, name)
                if name in MIXTURES
                else self._image_faults(study, name)
            )

    def _manifold_faults(self, study: str) -> Iterator[str]:
        """Yield what the metrics on a known manifold need and do not have."""
        config, at = self.config, self.config.studies[study]
        cases = [name for name in config.datasets_of(study) if name not in MIXTURES]
        known = [name for name in cases if config.known_manifold(name)]
        places = [(each, "metrics", config.inversion.draws) for each in config.metrics_of(study)]
        if config.searched(study):
            draws = config.search_inversion(study).get("draws", InversionSettings().draws)
            places += [(each, "search.metrics", draws) for each in at.search.metrics]
        for metric, place, draws in places:
            needs = resolve(METRICS, metric, "metric").NEEDS
            listed = place != "metrics" or at.metrics != "all"
            if "manifold" in needs and listed and not known:
                yield (
                    f"studies.{study}.{place}: {metric} needs a data set whose manifold is known, "
                    f"and that of {', '.join(config.datasets_of(study))} is not: list it in a "
                    "study of polygons, or remove it."
                )
            if "range" in needs and known and draws > config.drawn_images:
                yield (
                    f"inversion.draws: {draws} are more than the "
                    f"{config.drawn_images} images that are drawn (drawn_images); lower it."
                )

    def _classifier_faults(self, study: str) -> Iterator[str]:
        """Yield its metrics that need a classifier, if none of its extractors has one."""
        config = self.config
        extractors = [resolve(EXTRACTORS, e, "extractor") for e in config.extractors_of(study)]
        listed = config.metrics_of(study) if config.studies[study].metrics != "all" else []
        for metric in listed if not any(kind.CLASSES for kind in extractors) else []:
            if "classifier" in resolve(METRICS, metric, "metric").NEEDS:
                yield (
                    f"studies.{study}.metrics: {metric} needs an extractor with a classifier, and "
                    f"{', '.join(config.extractors_of(study))} has none; remove it."
                )

    def _mixture_faults(self, study: str, name: str) -> Iterator[str]:
        count = self.config.mixtures.points
        for method in self.config.studies[study].methods:
            yield from self._points_fault(method, name, count, "mixtures.points")

    def _image_faults(self, study: str, name: str) -> Iterator[str]:
        config, case, n = self.config, self.cases[name], self.scored(name)
        at = config.studies[study]
        if name not in self.general:
            yield from self._faults(name)
        needed = config.needed_of(study)
        for method in [each for each in needed if config.method(each).model]:
            kind: Any = config.method(method).settings_class()
            settings = kind(**config.method_settings(method, name))
            if fault := settings.shape_fault(case.shape):
                yield f"studies.{study}.methods: {method!r} on {name}: {fault}."
        latents = [method for method in needed if config.method(method).kind == "latents"]
        for method in latents:
            yield from self._latents_faults(study, method, name)
        encoded = [method for method in at.methods if config.method(method).encodes()]
        for metric in config.metrics_of(study):
            needs = resolve(METRICS, metric, "metric").NEEDS
            if ("midpoints" not in needs or encoded) and (
                "manifold" not in needs or config.known_manifold(name)
            ):
                yield from self._metric_faults(metric, name, n)
        for metric in config.search_metrics(study, name) if config.searched(study) else []:
            yield from self._metric_faults(metric, name, self.searched(study, name))
        if at.sweep and n < Copying.LEAST:
            yield _few(f"the sweep of studies.{study}", name, n, Copying.LEAST)
        for figure in self.figures_of(study, name):
            drawn = getattr(config.figures, figure)
            if n < drawn.LEAST:
                yield _few(f"the figure {figure}", name, n, drawn.LEAST)
            if found := drawn.shortage(case.test):
                yield f"figures.{figure}.{found[0]}: {found[1]}; {name} has {case.test}."

    def figures_of(self, study: str, name: str) -> list[str]:
        """Name the figures of a study that its methods and the data set allow."""
        config, at = self.config, self.config.studies[study]
        able: set[str | None] = {None}
        if name in MIXTURES:
            able |= {"plane"} if resolve(MIXTURES, name, "mixture")().means.shape[1] == 2 else set()
        else:
            able |= {"manifold"} if config.known_manifold(name) else set()
            attributes = resolve(DATASETS, config.source_of(name), "data set").attributes
            able |= {"classes"} if config.labelled(name) and not attributes else set()
            if any(config.method(method).encodes() for method in at.methods):
                able |= {"encoders"} | ({"labels"} if config.labelled(name) else set())
        return [figure for figure in at.figures
                if resolve(FIGURES, figure, "figure").TAKES in able]  # fmt: skip

    def _latents_faults(self, study: str, method: str, name: str) -> Iterator[str]:
        config, case = self.config, self.cases[name]
        frozen = config.method(method).of not in config.methods
        count, what = case.codes if frozen else case.train, f"training images of {name}"
        place = config.studies[study].swept(method)
        if not config.studies[study].sweep:
            yield from self._points_fault(method, name, count, what)
            return
        kind: Any = config.method(method).settings_class()
        for values in place.places(config.own_settings(method, name)):
            fault = kind(**values).points_fault(count)
            if fault and fault[0] == place.setting:
                where = f"studies.{study}.sweep.over.{method}.values"
                yield f"{where}: {fault[1]}; there are {count} ({what})."
            elif fault:
                swept = fault[0] in place.set
                where = f"studies.{study}.sweep.over.{method}" if swept else f"methods.{method}"
                yield f"{where}.set.{fault[0]}: {fault[1]}; there are {count} ({what})."

    def _points_fault(self, method: str, name: str, count: int, what: str) -> Iterator[str]:
        kind: Any = self.config.method(method).settings_class()
        settings = kind(**self.config.method_settings(method, name))
        if fault := settings.points_fault(count):
            yield f"methods.{method}.set.{fault[0]}: {fault[1]}; there are {count} ({what})."


def refuse(faults: Iterator[str]) -> None:
    """Raise all faults as one InputError, if there are any."""
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


def _few(what: str, name: str, n: int, least: int) -> str:
    return f"dataset_settings.{name}: {what} needs at least {least} scored images; there are {n}."
