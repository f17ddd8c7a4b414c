"""Files and options of the page `results/explore.html`, which shows the studies of the run."""

from types import SimpleNamespace
from typing import Any

from aeot.config import words
from aeot.explorer.template import digests
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.plan.figures import FigurePlan
from aeot.plan.files import expand, named_files, unique
from aeot.plan.wildcards import Wildcards

# Files that the page reads of a study with a table or a figure.
_TABLES = ("scores", "modes")
_OF_STUDY = ("frontier", "progress")
_NEIGHBOURS = "results/figures/{study}/{dataset}/{extractor}/neighbours.csv"
# Parts that are filled by a table or a figure of a study.
_FILLS = {
    "scores": "scores", "neighbours": "samples", "frontier": "novelty", "progress": "progress",
    "segments": "segments", "modes": "modes",
}  # fmt: skip
_NOVELTY = "copying"  # the metric with novelty


class ExplorerPlan:
    """Files and options of the page.

    Attributes:
        template: digests of the page's source files; an edit of one makes the page stale.
    """

    def __init__(self, figures: FigurePlan) -> None:
        self.figures, self.config, self.studies = figures, figures.config, figures.studies
        self.template = digests()

    def inputs(self, wildcards: Wildcards) -> dict[str, list[str]]:
        """Return the rows, tables and pictures of the studies of the run, by their kind."""
        found: dict[str, list[str]] = {}
        for study in self.config.run:
            for name, files in self._of_study(study).items():
                found[name] = unique([*found.get(name, []), *files])
        return found

    def _of_study(self, study: str) -> dict[str, list[str]]:
        """Return the same for one study."""
        shown, cases = self._shown(study), self.config.datasets_of(study)
        found = {name: [f"results/tables/{study}/{name}.csv"] for name in _TABLES if name in shown}
        found |= {name: [f"results/{study}/{name}.csv"] for name in _OF_STUDY if name in shown}
        if "neighbours" in shown:
            places = {"dataset": cases, "extractor": self.config.extractors_of(study)}
            found["neighbours"] = expand(_NEIGHBOURS, study=[study], **places)
            found["pictures"] = [file for case in cases for file in self._pictures(study, case)]
        if "segments" in shown:
            for name in ("trace", "segment_images"):
                found[name] = expand(self.figures.file(name), dataset=cases)
        return found

    def _shown(self, study: str) -> set[str]:
        """Name the tables and figures of a study."""
        return {*self.config.studies[study].tables, *self.config.studies[study].figures}

    def _pictures(self, study: str, case: str) -> list[str]:
        """Return the files of pictures that rows of neighbours name."""
        files: Any = self.figures.pictures("neighbours")
        return list(files(SimpleNamespace(study=study, dataset=case)))

    def options(self) -> dict[str, Any]:
        """Return the options of the page's job, as functions of the wildcards and of `input`."""

        def files(wildcards: Wildcards, input: Any) -> list[str]:  # noqa: A002, ANN401
            return named_files(input, ("pictures",))  # pictures in the rows of neighbours

        return {"modules": self.modules, "files": files, "set": self.words}

    def modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules on which the page depends."""
        cases = [case for s in self._with("modes") for case in self.config.datasets_of(s)]
        mixtures = [case for case in unique(cases) if case in MIXTURES]
        return [
            *(METRICS[name] for name in self._metrics()),
            *(MIXTURES[name] for name in mixtures),
        ]

    def words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of the page as KEY=VALUE."""
        sources: dict[str, str] = {}
        for study in self.config.run:
            sources |= self.studies.sources(study)
        values = {
            "run": self.config.run,
            "fills": self._fills(),
            "sources": sources,
            "metrics": self._metrics(),
            "seeds": len(self.config.seeds),
            "seed": self.config.seeds[0],
        }
        return words({key: value for key, value in values.items() if value not in ([], {})})

    def _with(self, name: str) -> list[str]:
        """Name the studies of the run that have a table or a figure."""
        return [study for study in self.config.run if name in self._shown(study)]

    def _metrics(self) -> list[str]:
        """Name the metrics of the tables of scores of the run, in the registry's order."""
        own = {name for study in self._with("scores") for name in self.config.metrics_of(study)}
        wanted = own | ({*self.config.metrics} if self._with("scores") else set())
        return [name for name in METRICS if name in wanted]

    def _parts(self, study: str) -> set[str]:
        """Name the parts of the page that a study fills."""
        found = {part for name, part in _FILLS.items() if name in self._shown(study)}
        metrics = {*self.config.metrics, *self.config.metrics_of(study)}
        scored = "scores" in found and _NOVELTY in metrics
        return found | ({"novelty"} if scored else set())

    def _fills(self) -> dict[str, list[str]]:
        """Name the studies that would fill each part of the page that the run lacks."""
        had = {part for study in self.config.run for part in self._parts(study)}
        parts = {study: self._parts(study) - had for study in self.config.studies}
        return {
            part: [study for study in parts if part in parts[study]]
            for part in sorted({part for own in parts.values() for part in own})
        }
