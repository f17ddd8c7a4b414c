"""Files and options of the tables of a study."""

from typing import Any

from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.names import FLOOR
from aeot.plan.files import expand
from aeot.plan.studies import StudyPlan
from aeot.plan.wildcards import Wildcards

# Of every table, what the report calls it.
TABLES = {
    "losses": "1: loss before and after freezing",
    "scores": "3 and 4: scores against the test images",
    "modes": "2: mode collapse",
    "frontier": "fidelity at equal novelty",
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
        """Return what a table is made of, by the options of its script."""
        found: dict[str, dict[str, Any]] = {
            "losses": {"reports": self.studies.training_reports},
            "scores": {"scores": "results/{study}/scores.csv", "progress": self._progress},
        }
        return found.get(table, {"rows": f"results/{{study}}/{table}.csv"})

    def options(self, table: str) -> dict[str, Any]:
        """Return further options of a table's script, functions of the wildcards."""
        found: dict[str, dict[str, Any]] = {
            "losses": {"sources": self.studies.sources},
            "scores": {"models": self._rows, "singular": self._singular, "metrics": self._metrics},
            "modes": {"singular": self._singular},
            "frontier": {"ours": self._ours, "sources": self.studies.sources},
        }
        return found[table]

    def prints(self, table: str) -> bool:
        """Whether a table puts published numbers beside ours."""
        return table != "frontier"

    def modules(self, wildcards: Wildcards, table: str) -> list[str]:
        """Name the registered modules that a table of a study stands on."""
        if table == "scores":
            return [METRICS[name] for name in self._metrics(wildcards)]
        names = self.config.datasets_of(wildcards.study) if table == "modes" else []
        return [MIXTURES[name] for name in names]

    def _progress(self, wildcards: Wildcards) -> str | list[str]:
        """Return the seconds of the trainings, of a study that follows them."""
        followed = "progress" in self.config.studies[wildcards.study].figures
        return f"results/{wildcards.study}/progress.csv" if followed else []

    def _rows(self, wildcards: Wildcards) -> list[str]:
        return [FLOOR, *self.config.studies[wildcards.study].methods]

    def _metrics(self, wildcards: Wildcards) -> list[str]:
        return [*self.config.metrics, *self.config.metrics_of(wildcards.study)]

    def _singular(self, wildcards: Wildcards) -> list[str]:
        """Write [DATASET/]METHOD=HOW of AE-OT's methods that have singular source samples."""
        found = {
            f"{'' if case in MIXTURES else f'{case}/'}{method}={how}": None
            for case in self.config.datasets_of(wildcards.study)
            for method in self.config.studies[wildcards.study].methods
            if (how := self.config.singular(method, case))
        }
        return list(found)

    def _ours(self, wildcards: Wildcards) -> list[str]:
        methods = self.config.studies[wildcards.study].methods
        return [name for name in methods if self.config.method(name).through_transport()]
