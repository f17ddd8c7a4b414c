"""Files and options of the jobs of one study, which the wildcard `study` names."""

from typing import Any

from aeot.bounds import Bounds, refuse
from aeot.config import Config, words
from aeot.features import EXTRACTORS
from aeot.labels import ordered_models
from aeot.metrics import METRICS
from aeot.names import END, FLOOR
from aeot.plan.files import expand
from aeot.plan.wildcards import Wildcards
from aeot.registry import resolve
from aeot.studies import Study

_SCORES = "results/{dataset}/{method}/seed{seed}/{extractor}"


class StudyPlan:
    """What a study collects.

    Attributes:
        config: the configuration.
        bounds: the configuration and its images.
    """

    def __init__(self, config: Config, bounds: Bounds) -> None:
        self.config, self.bounds = config, bounds

    def checked(self, study: str) -> Study:
        """Return a study.

        Raises:
            InputError: its data sets do not allow what it asks for.
        """
        refuse(self.bounds.study_faults(study))
        return self.config.studies[study]

    def methods(self, study: str, kind: str) -> list[str]:
        """Name the methods of a study that are of a kind."""
        listed = self.config.studies[study].methods
        return [name for name in listed if self.config.method(name).kind == kind]

    def encoders(self, study: str) -> list[str]:
        """Name the methods of a study that encode images."""
        listed = self.config.studies[study].methods
        return [name for name in listed if self.config.method(name).encodes()]

    def through_map(self, study: str) -> list[str]:
        """Name the methods of a study that draw through AE-OT's map."""
        return [name for name in self.methods(study, "map") if self.config.method(name).draws()]

    def pictured(self, study: str) -> list[str]:
        """Name the methods of a study in the grid of samples, from left to right."""
        return ordered_models(self.config.studies[study].methods)

    def per_seed(
        self,
        pattern: str,
        study: str,
        methods: list[str],
        cases: list[str] | None = None,
        extractors: list[str] | None = None,
    ) -> list[str]:
        """Return files of methods on data sets and extractors of a study (all), of all seeds."""
        return expand(
            pattern,
            dataset=self.config.datasets_of(study) if cases is None else cases,
            method=methods,
            seed=self.config.seeds,
            extractor=self.config.extractors_of(study) if extractors is None else extractors,
        )

    def scores(self, wildcards: Wildcards) -> list[str]:
        """Return all scores of a study, including those of the masses of drawn cells."""
        study, config = wildcards.study, self.config
        rows = [FLOOR, *self.checked(study).methods]
        every = dict.fromkeys([*config.metrics, *config.metrics_of(study)], rows)
        files = [
            file
            for name, methods in every.items()
            for file in self.metric_files(name, study, methods)
        ]
        masses = "results/{dataset}/{method}/seed{seed}/masses.csv"
        return files + self.per_seed(masses, study, self.through_map(study))

    def metric_files(self, metric: str, study: str, methods: list[str]) -> list[str]:
        """Return a metric's rows of those methods and data sets that have what it needs."""
        needs, cases = resolve(METRICS, metric, "metric").NEEDS, self.config.datasets_of(study)
        if "manifold" in needs:
            cases = [name for name in cases if self.config.known_manifold(name)]
        extractors = self.config.extractors_of(study)
        if "classifier" in needs:
            extractors = [name for name in extractors if resolve(EXTRACTORS, name, "").CLASSES]
        methods = self.able(metric, methods)
        return self.per_seed(f"{_SCORES}/{metric}.csv", study, methods, cases, extractors)

    def able(self, metric: str, methods: list[str]) -> list[str]:
        """Return those of some methods, and the floor, that meet the needs of a metric."""
        needs = resolve(METRICS, metric, "metric").NEEDS
        own = [name for name in methods if name != FLOOR]
        if "midpoints" in needs:
            return [name for name in own if self.config.method(name).encodes()]
        if "range" in needs:
            return [name for name in own if self.config.method(name).draws()]
        return methods

    def training_reports(self, wildcards: Wildcards) -> list[str]:
        """Return the reports of the autoencoders of a study."""
        path = "results/{dataset}/{method}/seed{seed}/report.json"
        return self.per_seed(path, wildcards.study, ["autoencoder"])

    def snapshot_scores(self, wildcards: Wildcards) -> list[str]:
        """Return the scores of all snapshots of a study."""
        methods = self.checked(wildcards.study).methods
        return self.per_seed(f"{_SCORES}/moments.csv", wildcards.study, methods)

    def swept_scores(self, wildcards: Wildcards) -> list[str]:
        """Return the scores of all curves of a study."""
        path = "results/{study}/{dataset}/{method}/seed{seed}/{extractor}/frontier.csv"
        path = path.replace("{study}", wildcards.study)
        return self.per_seed(path, wildcards.study, [*self.checked(wildcards.study).methods, END])

    def on_mixtures(self, name: str, study: str) -> list[str]:
        """Return a CSV file of every fit of a study of mixtures."""
        return expand(
            f"results/{{mixture}}/{{method}}/seed{{seed}}/{name}.csv",
            mixture=self.config.datasets_of(study),
            method=self.checked(study).methods,
            seed=self.config.seeds,
        )

    def sources(self, study: str) -> dict[str, str]:
        """Return the source of every case of a study whose name differs from that of its source."""
        sources = {name: self.config.source_of(name) for name in self.config.datasets_of(study)}
        return {name: source for name, source in sources.items() if source != name}

    # The first AE-OT of a study, for its power cells and its certificate

    def _cells(self, study: str) -> str:
        listed = self.config.studies[study].methods
        return next(name for name in listed if self.config.method(name).through_transport())

    def cells_fit(self, wildcards: Wildcards) -> str:
        """Return the fit of the first AE-OT of a study of mixtures, of the first seed."""
        method, seed = self._cells(wildcards.study), self.config.seeds[0]
        return f"results/{wildcards.mixture}/{method}/seed{seed}/fitted.pt"

    def cells_words(self, wildcards: Wildcards) -> list[str]:
        """Write its settings as KEY=VALUE."""
        return words(self.config.method_settings(self._cells(wildcards.study), wildcards.mixture))

    def certificate_codes(self, wildcards: Wildcards) -> str:
        """Return the training codes, if the study can be computed from them."""
        self.checked(wildcards.study)
        return f"results/{wildcards.dataset}/autoencoder/seed{self.config.seeds[0]}/codes.npz"

    def certificate_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of the study's first sampler through AE-OT's map as KEY=VALUE."""
        method = self.through_map(wildcards.study)[0]
        return words(self.config.own_settings(method, wildcards.dataset))

    def source_measure(self, wildcards: Wildcards) -> Any:  # noqa: ANN401
        """Return the source measure of the wildcards' transport."""
        return self.config.section("transport", wildcards.dataset).get("source", "uniform")
