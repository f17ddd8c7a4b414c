"""Files and options of collections and figures."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from aeot.charts import FIGURES
from aeot.charts.base import ChartSettings, FigureSettings
from aeot.config import words
from aeot.curves import COLLECTIONS
from aeot.labels import dataset_label, mixture_label
from aeot.mixtures import MIXTURES
from aeot.names import FLOOR
from aeot.plan.collections import Collected, Collections
from aeot.plan.files import expand, unique
from aeot.plan.studies import StudyPlan
from aeot.plan.wildcards import Wildcards
from aeot.registry import resolve

_STUDY_ROWS = ("scores", "progress", "modes", "frontier")
CLASSES: dict[str, type[FigureSettings]] = {n: resolve(FIGURES, n, "figure") for n in FIGURES}


class FigurePlan:
    """Files and options of collections and figures.

    Attributes:
        collections: by name, all that is collected.
    """

    def __init__(self, studies: StudyPlan) -> None:
        self.studies, self.config = studies, studies.config
        self._places = Collections(studies)
        self.collections = self._places.of_studies()
        self.collections |= {
            name: self._own(name, figure) for name, figure in CLASSES.items() if figure.gathers()
        }

    def file(self, name: str) -> Any:  # noqa: ANN401
        """Return the files to which a figure's class refers by a name, or a function."""
        transport = "results/{dataset}/transport/seed{seed}"
        first = transport.replace("{seed}", str(self.config.seeds[0]))
        trained = "results/{dataset}/autoencoder/seed{seed}/history.csv"
        found: dict[str, Any] = {
            **{rows: f"results/{{study}}/{rows}.csv" for rows in _STUDY_ROWS},
            "draws": self._draws,
            "evaluations_reports": partial(self._swept_reports, "evaluations"),
            "prd_curves": self._curves("prd", "_curve"),
            "prd_scores": self._curves("prd"),
            "precision_curves": self._curves("precision", "_curve"),
            "recall_curves": self._curves("recall", "_curve"),
            "training_histories": expand(trained, seed=self.config.seeds),
            "transport_histories": expand(f"{transport}/history.csv", seed=self.config.seeds),
            "transport_reports": expand(f"{transport}/report.json", seed=self.config.seeds),
            "transports": expand(f"{transport}/transport.npz", seed=self.config.seeds),
            "train_features": "results/{dataset}/data/{extractor}/all.npz",
            "test_features": "results/{dataset}/data/{extractor}/test.npz",
            "train_images": "results/{dataset}/data/train.npz",
            "trace": f"{first}/trace.csv",
            "shares": f"{first}/shares.csv",
            "segment_images": f"{first}/segments.npz",
        }
        return found[name]

    def _draws(self, wildcards: Wildcards) -> list[str]:
        """Return the rows of a study's search, if it has one."""
        study = wildcards.study
        return [f"results/{study}/draws.csv"] if self.config.searched(study) else []

    def _swept_reports(self, setting: str, wildcards: Wildcards) -> list[str]:
        """Return the reports of the fits of a study's models of points swept over a setting."""
        study = self.config.studies[wildcards.study]
        fitted = self.studies.methods(wildcards.study, "latents")
        methods = [name for name in fitted if study.swept(name).setting == setting]
        path = f"results/{wildcards.dataset}/{{method}}/seed{{seed}}/report.json"
        return expand(path, method=methods, seed=self.config.seeds)

    def _curves(self, metric: str, part: str = "") -> Callable[[Wildcards], list[str]]:
        """Return a metric's files of all methods of a study, and of the floor, that have one."""

        def files(wildcards: Wildcards) -> list[str]:
            folder = f"results/{wildcards.dataset}/{{method}}/seed{{seed}}/{wildcards.extractor}"
            methods = self.studies.able(metric, [FLOOR, *self.studies.pictured(wildcards.study)])
            return expand(f"{folder}/{metric}{part}.csv", method=methods, seed=self.config.seeds)

        return files

    def _files(self, figure: type[FigureSettings]) -> dict[str, Any]:
        """Return the further files of a figure's class, except for the published numbers."""
        return {name: self.file(name) for name in figure.FILES if name != "published"}

    def _own(self, name: str, figure: type[FigureSettings]) -> Collected:
        """Return the collection of a figure with its own rows, and its settings."""
        values = self.config.section("figures").get(name, {})
        drawn = ChartSettings.model_fields
        values = {key: value for key, value in values.items() if key not in drawn}
        path = f"results/figures/{figure.PLACE}/{name}.csv"
        return Collected(path, self._files(figure), lambda _: values)

    # Collections

    def prints(self, name: str) -> bool:
        """Whether a collection uses published numbers."""
        return name in CLASSES and "published" in CLASSES[name].FILES

    def log(self, name: str) -> str:
        """Return the log of a collection, below a folder of its name."""
        keys = [part for part in Path(self.collections[name].path).parts if "{" in part]
        return str(Path("results/logs", f"collect_{name}", *keys)).removesuffix(".csv") + ".log"

    def collection_modules(self, wildcards: Wildcards, name: str) -> list[str]:
        """Name the module of a collection, and that of its mixture, if it has one."""
        mixture = [MIXTURES[wildcards.mixture]] if hasattr(wildcards, "mixture") else []
        return [{**FIGURES, **COLLECTIONS}[name], *mixture]

    def collection_words(self, name: str) -> Callable[[Wildcards], list[str]]:
        """Make the function that writes a collection's settings as KEY=VALUE."""
        values = self.collections[name].values
        return lambda wildcards: words(values(wildcards))

    # Figures

    def pictures(self, name: str) -> Any:  # noqa: ANN401
        """Return the files of pictures in the rows of a grid."""
        return self._places.pictures.get(name, [])

    def inputs(self, name: str) -> dict[str, Any]:
        """Return the rows of a figure, and its further files."""
        figure = CLASSES[name]
        if figure.ROWS:
            return {"rows": self.file(figure.ROWS), **self._files(figure)}
        return {"rows": f"results/figures/{figure.PLACE}/{name}.csv"}

    def files(self, study: str) -> list[str]:
        """Return the figures of a study that its methods and data sets allow."""
        found = []
        for name in self.config.datasets_of(study):
            for figure in self.studies.bounds.figures_of(study, name):
                path = f"results/figures/{CLASSES[figure].PLACE}/{figure}.png"
                places = {"dataset": [name], "mixture": [name], "study": [study]}
                found += expand(path, **places, extractor=self.config.extractors_of(study))
        return unique(found)

    def words(self, name: str) -> list[str]:
        """Write a figure's settings as KEY=VALUE; for a grid, without those of its list."""
        values = self.config.section("figures").get(name, {})
        listed = self._places.grid(name) if name in self._places.pictures else {}
        return words({key: value for key, value in values.items() if key not in listed})

    def setting(self, name: str, key: str) -> Any:  # noqa: ANN401
        """Return one setting of a figure, for a job that computes the figure's rows."""
        default = CLASSES[name].model_fields[key].default
        return self.config.section("figures").get(name, {}).get(key, default)

    def shown_of(self, name: str) -> str:
        """Return the wildcard of a figure's place that identifies its data."""
        keys = [f"{{{key}}}" for key in ("dataset", "mixture")]
        return next((key for key in keys if key in CLASSES[name].PLACE), "all")

    def title(self, wildcards: Wildcards) -> str:
        """Return the display name of the wildcards' case or mixture."""
        if hasattr(wildcards, "mixture"):
            return mixture_label(wildcards.mixture)
        if hasattr(wildcards, "dataset"):
            return dataset_label(wildcards.dataset, self.config.source_of(wildcards.dataset))
        return "All data sets"

    def caption(self, wildcards: Wildcards, name: str) -> str:
        """Return the text of the report below a figure."""
        seeds = self.config.seeds
        values = {"title": self.title(wildcards), "seeds": len(seeds), "seed": seeds[0]}
        return CLASSES[name].caption(**values, **wildcards)

    def where(self, wildcards: Wildcards) -> list[str]:
        """Write the keys of the rows, wildcards and the source of a data set, as KEY=NAME."""
        keys = [key for key in ("dataset", "extractor", "mixture") if hasattr(wildcards, key)]
        found = [f"{key}={wildcards[key]}" for key in keys]
        return found + (
            [f"source={self.config.source_of(wildcards.dataset)}"] if "dataset" in keys else []
        )
