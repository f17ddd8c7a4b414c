"""Collections outside of the figures' classes: rows of a study, and lists of pictures."""

from collections.abc import Callable
from typing import Any, NamedTuple

from aeot.plan.search import SearchPlan
from aeot.plan.studies import StudyPlan
from aeot.plan.wildcards import Wildcards

Values = Callable[[Wildcards], dict[str, Any]]
Files = Callable[[Wildcards], list[str]]


def _none(_: Wildcards) -> dict[str, Any]:
    return {}


class Collected(NamedTuple):
    """The output of a collection, its input files by name, and its settings."""

    path: str
    files: dict[str, Any]
    values: Values = _none


class Collections:
    """Collections outside of the figures' classes.

    Attributes:
        pictures: by name, the files of the pictures that a grid lists.
    """

    def __init__(self, studies: StudyPlan) -> None:
        self.studies, self.config = studies, studies.config
        self.searches = SearchPlan(studies.config, studies.bounds)
        self.pictures: dict[str, Files] = {
            "samples": self._first("samples", studies.pictured, "data/test.npz"),
            "field": self._first("samples", self._shown, "data/test.npz"),
            "neighbours": self._first("samples", studies.pictured, "data/train.npz"),
            "moments": self._first("moments", self._trained),
            "interpolations": self._first("interpolations", studies.encoders),
            "attributes": self._first("attributes", studies.encoders),
        }

    def of_studies(self) -> dict[str, Collected]:
        """Return all of them, by name."""
        figures, study = "results/figures/{study}/{dataset}", "results/{study}"
        modes = {"scores": self._mixtures("scores"), "histories": self._mixtures("history")}
        points = "results/figures/{study}/{mixture}/scatter.csv"
        of = self.pictures
        return {
            "samples": Collected(
                f"{figures}/samples.csv", {"images": of["samples"]}, self._samples
            ),
            "field": Collected(
                f"{figures}/{{extractor}}/field.csv",
                {"images": of["field"], "scores": f"{study}/scores.csv"},
                self._field,
            ),
            "neighbours": Collected(
                f"{figures}/{{extractor}}/neighbours.csv", self._neighbours(), self._pairs
            ),
            "moments": Collected(
                f"{figures}/moments.csv", {"images": of["moments"]}, self._moments
            ),
            "interpolations": Collected(
                f"{figures}/interpolations.csv",
                {"images": of["interpolations"]},
                self._interpolations,
            ),
            "attributes": Collected(
                f"{figures}/attributes.csv", {"images": of["attributes"]}, self._attributes
            ),
            "scores": Collected(
                f"{study}/scores.csv",
                {"rows": self.studies.scores},
                self._scores,
            ),
            "progress": Collected(f"{study}/progress.csv", {"rows": self.studies.snapshot_scores}),
            "scatter": Collected(points, {"points": self._points}, self._scatter),
            "modes": Collected(f"{study}/modes.csv", modes),
            "frontier": Collected(f"{study}/frontier.csv", {"rows": self.studies.swept_scores}),
            "draws": Collected(f"{study}/draws.csv", {"rows": self._searches("draws")}),
            "reruns": Collected(f"{study}/reruns.csv", {"rows": self._searches("reruns")}),
        }

    def grid(self, figure: str) -> dict[str, Any]:
        """Return the settings of a grid's list: how many pictures it shows."""
        values = self.config.section("figures").get(figure, {})
        return {key: value for key, value in values.items() if key in ("rows", "columns")}

    def _first(self, name: str, methods: Callable[[str], list[str]], *before: str) -> Files:
        """Return a file of the first seed of every method of a study, after those in `before`."""

        def files(wildcards: Wildcards) -> list[str]:
            folder, seed = f"results/{wildcards.dataset}", self.config.seeds[0]
            of = [f"{folder}/{one}/seed{seed}/{name}.npz" for one in methods(wildcards.study)]
            return [f"{folder}/{path}" for path in before] + of

        return files

    def _neighbours(self) -> dict[str, Any]:
        """Return the files for the grid of samples and their neighbours."""
        data, methods = "results/{dataset}/data", self.studies.pictured

        def features(wildcards: Wildcards) -> list[str]:
            name = f"{wildcards.extractor}/features"
            return self._first(name, methods)(wildcards)

        return {
            "images": self._first("samples", methods),
            "features": features,
            "train_images": f"{data}/train.npz",
            "train_features": f"{data}/{{extractor}}/all.npz",
        }

    def _shown(self, study: str) -> list[str]:
        return self.config.studies[study].shown()

    def _trained(self, study: str) -> list[str]:
        return self.studies.methods(study, "images")

    def _mixtures(self, name: str) -> Files:
        return lambda wildcards: self.studies.on_mixtures(name, wildcards.study)

    def _searches(self, name: str) -> Files:
        return lambda wildcards: self.searches.files(name, wildcards.study)

    def _points(self, wildcards: Wildcards) -> list[str]:
        """Return the training points, and the first seed's points of every method."""
        folder, seed = f"results/{wildcards.mixture}", self.config.seeds[0]
        methods = self.config.studies[wildcards.study].methods
        drawn = [f"{folder}/{method}/seed{seed}/points.npz" for method in methods]
        return [f"{folder}/points/seed{seed}.npz", *drawn]

    # Settings

    def _scores(self, wildcards: Wildcards) -> dict[str, Any]:
        sources = self.studies.sources(wildcards.study)
        return {"sources": sources} if sources else {}

    def _samples(self, wildcards: Wildcards) -> dict[str, Any]:
        names = ["real", *self.studies.pictured(wildcards.study)]
        return {"names": names, **self.grid("samples")}

    def _field(self, wildcards: Wildcards) -> dict[str, Any]:
        study = self.config.studies[wildcards.study]
        names = ["real", *study.shown()]
        return {"names": names, "among": study.rivals(), **self.grid("field")}

    def _pairs(self, wildcards: Wildcards) -> dict[str, Any]:
        return {"names": self.studies.pictured(wildcards.study), **self.grid("neighbours")}

    def _moments(self, wildcards: Wildcards) -> dict[str, Any]:
        names, images = self._trained(wildcards.study), self.config.training.snapshot_images
        return {"names": names, "group": images, **self.grid("moments")}

    def _interpolations(self, wildcards: Wildcards) -> dict[str, Any]:
        images = self.config.figures.interpolations.columns + 2
        names = self.studies.encoders(wildcards.study)
        return {"names": names, "group": images, "columns": images}

    def _attributes(self, wildcards: Wildcards) -> dict[str, Any]:
        return {"names": self.studies.encoders(wildcards.study), "group": 4, "columns": 4}

    def _scatter(self, wildcards: Wildcards) -> dict[str, Any]:
        return {"names": ["real", *self.config.studies[wildcards.study].methods]}
