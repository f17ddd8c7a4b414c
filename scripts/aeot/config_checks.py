"""Checks of the configuration beyond pydantic's: names are known, and settings are valid."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from aeot import names
from aeot.charts import FIGURES
from aeot.datasets import DATASETS
from aeot.features import EXTRACTORS
from aeot.methods import AUTOENCODER, POINTS, THROUGH_MAP, Method, check_name
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.models.inversion_settings import InversionSettings
from aeot.names import END, refuse_kept
from aeot.registry import resolve
from aeot.search.rows import unscorable
from aeot.search.trials import draw_trials
from aeot.studies import Study

if TYPE_CHECKING:
    from aeot.config import Config


def check(config: "Config") -> None:
    """Check every listed name and its settings.

    Raises:
        ValueError: a name is not known, already used, or in the wrong place.
        InputError: settings are wrong.
    """
    refuse_kept([*config.cases, *config.dataset_settings], names.CASES, "datasets")
    refuse_kept(config.dataset_settings, MIXTURES, "dataset_settings")
    for name in config.sources:
        _known([name], [n for n, at in DATASETS.items() if _fetched(at)], "sources:")
    _known(config.extractors, EXTRACTORS, "extractors:")
    _known(config.extractor_settings, EXTRACTORS, "extractor_settings:")
    for name, values in config.extractor_settings.items():
        resolve(EXTRACTORS, name, "extractor").checked(values, f"extractor_settings.{name}")
    _known(config.metrics, METRICS, "metrics:")
    _known(config.metric_settings, METRICS, "metric_settings:")
    for name, values in config.metric_settings.items():
        resolve(METRICS, name, "metric").checked(values, f"metric_settings.{name}")
    for name, method in config.methods.items():
        part = "model" if method.model else "sampler"
        more = THROUGH_MAP if part == "sampler" and method.of == AUTOENCODER else ()
        _known([method.name], [*method.registry, *more], f"methods.{name}.{part}:")
    for name, method in config.methods.items():
        _check_method(config, name, method)
    _known(config.run, config.studies, "run:")
    for name in dict.fromkeys([*config.cases, *config.dataset_settings]):
        _check_case(config, name)
    for name, study in config.studies.items():
        _check_study(config, name, study)


def _check_method(config: "Config", name: str, method: Method) -> None:
    check_name(name, "methods")
    refuse_kept([name], names.METHODS, "methods")
    where = f"methods.{name}"
    coded = [n for n, other in config.methods.items() if other.model and other.has_latents()]
    _known([method.of], [AUTOENCODER, POINTS, *coded], f"{where}.of:")
    _check_settings(method, method.set, f"{where}.set")


def _check_settings(method: Method, values: Mapping[str, Any], where: str) -> None:
    if "count" in values and method.kind != "points":
        raise ValueError(f"{where}: count is set by drawn_images, for every method")
    method.settings_class().checked(values, where)


def _check_case(config: "Config", name: str) -> None:
    source = config.source_of(name)
    where = f"datasets: {name!r} has the source" if source != name else "datasets:"
    _known([source], DATASETS, where)
    case = config.case(name)
    loader = resolve(DATASETS, source, "data set")
    loader.Settings.checked(case.data, f"dataset_settings.{name}.data")
    place = f"dataset_settings.{name}.methods"
    _known(case.methods, config.methods, f"{place}:")
    for method in case.methods:
        if config.methods[method].kind == "points":
            raise ValueError(f"{place}: {method!r} is a method of points; only mixtures can use it")
        own = config.own_settings(method, name)
        _check_settings(config.methods[method], own, f"{place}.{method}")


def _check_study(config: "Config", name: str, study: Study) -> None:
    where = f"studies.{name}"
    check_name(name, "studies")
    refuse_kept([name], (*names.STUDIES, *names.CASES), "studies")
    if name in (*config.cases, *MIXTURES):
        raise ValueError(f"studies: {name!r} is the name of a data set; choose another")
    cases = config.datasets_of(name)
    mixed = [case for case in cases if case in MIXTURES]
    if mixed and len(mixed) < len(cases):
        raise ValueError(f"{where}.datasets: {mixed[0]!r} is a mixture: give it its own study")
    lists = {"datasets": cases, "methods": study.methods, "pictures": study.shown()}
    for key, entries in lists.items():
        if len(set(entries)) < len(entries):
            raise ValueError(f"{where}.{key}: every entry may be listed only once")
    _known(study.methods, config.methods, f"{where}.methods:")
    _known(study.shown(), config.methods, f"{where}.pictures:")
    for listed in (*study.methods, *study.shown()):
        if (config.methods[listed].kind == "points") != bool(mixed):
            kinds = ("images", "a mixture") if mixed else ("points", "images")
            raise ValueError(
                f"{where}: {listed!r} is a method of {kinds[0]}, but the study is of {kinds[1]}"
            )
    _known([] if study.metrics == "all" else study.metrics, METRICS, f"{where}.metrics:")
    _known(config.extractors_of(name), EXTRACTORS, f"{where}.extractors:")
    _check_search(config, name, study)
    _known(study.figures, FIGURES, f"{where}.figures:")
    _check_shown(config, name, study, bool(mixed))
    if study.sweep:
        _known(study.sweep.over, config.methods, f"{where}.sweep.over:")
        for method in study.methods:
            _check_place(config, name, method, f"{where}.sweep.over.{method}")
    for case in [] if mixed else cases:
        for method in config.needed_of(name):
            values = config.method_settings(method, case)
            config.method(method).settings_class().checked(values, f"methods.{method} on {case}")


def _check_shown(config: "Config", name: str, study: Study, mixed: bool) -> None:
    """Check that tables, figures and pictures are possible for the kind of study."""
    where, of = f"studies.{name}", ("mixtures" if mixed else "images")
    for table in study.tables:
        if (table == "modes") != mixed:
            raise ValueError(f"{where}.tables: {table!r} is not a table for studies of {of}")
        if table == "frontier" and not study.sweep:
            raise ValueError(f"{where}.tables: {table!r} shows a sweep; define one in the study")
        if table == "reruns":
            _refuse_without_search(config, name, f"{where}.tables: {table!r}")
    for figure in study.figures:
        kind = resolve(FIGURES, figure, "figure")
        if ("{mixture}" in kind.PLACE) != mixed:
            raise ValueError(f"{where}.figures: {figure!r} is not a figure for studies of {of}")
        if kind.ROWS == "frontier" and not study.sweep:
            raise ValueError(f"{where}.figures: {figure!r} shows a sweep; define one in the study")
        over = study.sweep.over.values() if study.sweep else ()
        if kind.SWEPT and kind.SWEPT not in {place.setting for place in over}:
            raise ValueError(
                f"{where}.figures: {figure!r} shows a sweep over {kind.SWEPT}; "
                "define one in the study"
            )
        if "draws" in {*kind.FILES} - {*kind.OPTIONAL}:
            _refuse_without_search(config, name, f"{where}.figures: {figure!r}")
        missing = {*kind.SEARCHED} - {*study.search.metrics}
        if missing and config.searched(name):
            raise ValueError(
                f"{where}.search.metrics: the figure {figure} shows {min(missing)}; list it here"
            )
        listed = [config.methods[method] for method in study.methods]
        if kind.METHOD and kind.METHOD not in {
            part for at in listed for part in (at.kind, at.name)
        }:
            images = kind.METHOD == "images"
            what = "a model of images" if images else f"a method with sampler: {kind.METHOD}"
            raise ValueError(
                f"{where}.figures: {figure!r} needs {what}; list one in {where}.methods"
            )
    for rival in study.rivals():
        if rival not in study.methods:
            raise ValueError(
                f"{where}.pictures: {rival!r} is one of several methods of which the best is "
                f"shown, which needs scores; list it in {where}.methods"
            )


def _refuse_without_search(config: "Config", study: str, where: str) -> None:
    if not config.searched(study):
        raise ValueError(
            f"{where} shows a search; set studies.{study}.search.draws, and list a model of images"
        )


def _check_search(config: "Config", name: str, study: Study) -> None:
    """Check the metrics of a search, and the settings of every draw on every data set."""
    where = f"studies.{name}.search"
    _known(study.search.metrics, METRICS, f"{where}.metrics:")
    _known(study.search.references, config.methods, f"{where}.references:")
    for method in study.search.references:
        if config.methods[method].kind not in ("map", "latents"):
            raise ValueError(f"{where}.references: {method!r} is not a sampler of latent codes")
    InversionSettings.checked(config.search_inversion(name), f"{where}.inversion")
    for metric in study.search.metrics:
        if fault := unscorable(resolve(METRICS, metric, "metric")):
            raise ValueError(f"{where}.metrics: {metric!r} {fault}")
    for method in config.searched(name):
        kind: Any = config.methods[method].settings_class()
        for case in config.datasets_of(name):
            values = config.search_settings(name, method, case)
            config.checkpoints(name, case)
            base = kind.checked(values, f"{where}.set, {method} on {case}")
            for trial in draw_trials(base, study.search.ranges, study.search.draws):
                kind.checked(values | trial.values, f"{where}, {trial.name} of {method} on {case}")


def _check_place(config: "Config", study: str, name: str, where: str) -> None:
    method = config.methods[name]
    if name == END and method.draws():
        raise ValueError(f"{where}: the name {name!r} is reserved for the end of every curve")
    if method.kind not in ("map", "latents") or method.of != AUTOENCODER or not method.draws():
        raise ValueError(f"{where}: {name!r} is not a sampler of the autoencoder's latent codes")
    place = config.studies[study].swept(name)
    place.check(where)
    for case in config.datasets_of(study):
        for values in place.places(config.own_settings(name, case)):
            _check_settings(method, values, where)


def _fetched(address: str) -> bool:
    """Whether the data set at a registry address has raw files to fetch."""
    return bool(resolve({"it": address}, "it", "data set").fetched)


def _known(used: Iterable[str], known: Iterable[str], where: str) -> None:
    for name in used:
        if name not in known:
            raise ValueError(f"{where} {name!r} is not known; known: {', '.join(sorted(known))}")
