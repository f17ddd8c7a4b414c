"""Files and options of the tables of a study."""

from typing import Any

from aeot.config import words
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.names import FLOOR
from aeot.plan.files import expand
from aeot.plan.studies import StudyPlan
from aeot.plan.wildcards import Wildcards
from aeot.tables import TABLES

# Names of the tables in the report.
TITLES = {
    "losses": "1: loss before and after freezing",
    "scores": "3 and 4: scores against the test images",
    "modes": "2: mode collapse",
    "frontier": "fidelity at equal novelty",
    "reruns": "re-runs of the best draws of a search",
}
FORMS = ("csv", "md", "tex", "html")


class TablePlan:
    """Files and options of the tables of a study."""

    def __init__(self, studies: StudyPlan) -> None:
        self.studies, self.config = studies, studies.config

    def files(self, study: str) -> list[str]:
        """Return the files of all tables of a study."""
        names = self.config.studies[study].tables
        return expand(f"results/tables/{study}/{{table}}.{{form}}", table=names, form=FORMS)

    def inputs(self, table: str) -> dict[str, Any]:
        """Return the input files of a table, without the published numbers."""
        found: dict[str, dict[str, Any]] = {
            "losses": {"reports": self.studies.training_reports},
            "scores": {"scores": "results/{study}/scores.csv", "progress": self._progress},
        }
        return found.get(table, {"rows": f"results/{{study}}/{table}.csv"})

    def prints(self, table: str) -> bool:
        """Whether a table shows published numbers."""
        return table != "frontier"

    def words(self, wildcards: Wildcards, table: str) -> list[str]:
        """Write a table's settings as KEY=VALUE."""
        methods = self.config.studies[wildcards.study].methods
        known: dict[str, Any] = {
            "sources": self.studies.sources(wildcards.study),
            "singular": self._singular(wildcards.study),
            "models": [FLOOR, *methods],
            "metrics": self._metrics(wildcards.study),
            "ours": [name for name in methods if self.config.method(name).through_transport()],
        }
        settings = {
            "losses": ["sources"],
            "scores": ["models", "singular", "metrics"],
            "modes": ["singular"],
            "frontier": ["ours", "sources"],
            "reruns": ["sources"],
        }
        return words({key: known[key] for key in settings[table] if known[key]})

    def modules(self, wildcards: Wildcards, table: str) -> list[str]:
        """Name the registered modules on which a table of a study depends."""
        metrics = [METRICS[name] for name in self._metrics(wildcards.study)]
        mixtures = [name for name in self.config.datasets_of(wildcards.study) if name in MIXTURES]
        others = {"scores": metrics, "modes": [MIXTURES[name] for name in mixtures]}
        return [TABLES[table], *others.get(table, [])]

    def _progress(self, wildcards: Wildcards) -> str | list[str]:
        """Return the seconds of the trainings, if the study has them."""
        followed = "progress" in self.config.studies[wildcards.study].figures
        return f"results/{wildcards.study}/progress.csv" if followed else []

    def _metrics(self, study: str) -> list[str]:
        return [*self.config.metrics, *self.config.metrics_of(study)]

    def _singular(self, study: str) -> dict[str, str]:
        """Return the treatment of singular source samples, by [DATASET/]METHOD, for AE-OT."""
        return {
            f"{'' if case in MIXTURES else f'{case}/'}{method}": how
            for case in self.config.datasets_of(study)
            for method in self.config.studies[study].methods
            if (how := self.config.singular(method, case))
        }
