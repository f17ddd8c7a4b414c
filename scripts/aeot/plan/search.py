"""Files and options of the jobs of a study's search, which the wildcard `method` names."""

from aeot.bounds import Bounds, refuse
from aeot.config import Config, words
from aeot.datasets import DATASETS
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.plan.files import expand
from aeot.plan.methods import parts
from aeot.plan.wildcards import Wildcards
from aeot.registry import resolve
from aeot.studies import Search


class SearchPlan:
    """Inputs and outputs of the searches of studies.

    Attributes:
        references: methods that any study scores beside its search.
    """

    def __init__(self, config: Config, bounds: Bounds) -> None:
        self.config, self.bounds = config, bounds
        listed = [name for at in config.studies.values() for name in at.search.references]
        self.references = list(dict.fromkeys(listed))

    def of(self, wildcards: Wildcards) -> Search:
        """Return the search of the wildcards' study."""
        return self.config.studies[wildcards.study].search

    def files(self, name: str, study: str) -> list[str]:
        """Return the rows of all searches of a study: `draws` or `reruns`, of the first seed.

        Raises:
            InputError: its data sets do not allow what it asks for.
        """
        refuse(self.bounds.study_faults(study))
        beside = self.config.studies[study].search.references if name == "draws" else []
        return expand(
            f"results/{study}/{{dataset}}/{{method}}/seed{{seed}}/{{extractor}}/{name}.csv",
            dataset=self.config.datasets_of(study),
            method=[*self.config.searched(study), *beside],
            seed=self.config.seeds[:1],
            extractor=self.config.extractors_of(study),
        )

    def words(self, wildcards: Wildcards) -> list[str]:
        """Write the model's settings as KEY=VALUE, except for those that are drawn."""
        named = (wildcards.study, wildcards.method, wildcards.dataset)
        return words(self.config.search_settings(*named))

    def metrics(self, wildcards: Wildcards) -> list[str]:
        """Write the metrics beside the Fréchet distance as NAME=SETTINGS."""
        settings = self.config.metric_settings
        return words({name: settings.get(name, {}) for name in self._metrics(wildcards)})

    def _metrics(self, wildcards: Wildcards) -> list[str]:
        return self.config.search_metrics(wildcards.study, wildcards.dataset)

    def needs(self, wildcards: Wildcards, name: str) -> bool:
        """Whether a metric needs one of `aeot.metrics.base.SETS`."""
        return any(name in resolve(METRICS, m, "metric").NEEDS for m in self._metrics(wildcards))

    def inputs(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the images of a search, and the features with which it compares."""
        folder = f"results/{wildcards.dataset}/data"
        files = {
            "train": f"{folder}/train.npz",
            "real_features": f"{folder}/{wildcards.extractor}/test.npz",
        }
        return files | ({"test": f"{folder}/test.npz"} if self.needs(wildcards, "range") else {})

    def reference_inputs(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the samples of a method that is not searched, and the inputs of their scores."""
        of = "{dataset}/{method}/seed{seed}".format(**wildcards)
        folder = f"results/{wildcards.study}/{of}"
        files = {
            "samples": f"results/{of}/samples.npz",
            "real_features": self.inputs(wildcards)["real_features"],
        }
        return files | ({"range": f"{folder}/range.npz"} if self.needs(wildcards, "range") else {})

    def manifold(self, wildcards: Wildcards) -> str | None:
        """Name the registered data set whose manifold is known, if a metric needs it."""
        known = self.needs(wildcards, "manifold")
        return self.config.source_of(wildcards.dataset) if known else None

    def manifold_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of that data set's images as KEY=VALUE."""
        known = self.needs(wildcards, "manifold")
        return words(self.config.manifold_settings(wildcards.dataset)) if known else []

    def inversion_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of the search for test images as KEY=VALUE, if there is one."""
        made = self.needs(wildcards, "range")
        return words(self.config.search_inversion(wildcards.study)) if made else []

    def modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules on which a training's rows depend."""
        return [*parts(self.config.method(wildcards.method)), *self.reference_modules(wildcards)]

    def reference_modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules on which scores depend."""
        metrics = dict.fromkeys(["fid", *self._metrics(wildcards)])
        source = self.manifold(wildcards)
        return [
            EXTRACTORS[wildcards.extractor],
            *(METRICS[name] for name in metrics),
            *([DATASETS[source]] if source else []),
        ]

    def draws(self, wildcards: Wildcards) -> int:
        """Return how many hyper-parameters are drawn."""
        return self.of(wildcards).draws

    def reruns(self, wildcards: Wildcards) -> int:
        """Return the number of further trainings of the best draw."""
        return self.of(wildcards).reruns

    def ranges(self, wildcards: Wildcards) -> str:
        """Return the distributions of the hyper-parameters."""
        return self.of(wildcards).ranges

    def checkpoints(self, wildcards: Wildcards) -> int:
        """Return the number of checkpoints of a training."""
        return self.config.checkpoints(wildcards.study, wildcards.dataset)

    def count(self, wildcards: Wildcards) -> int:
        """Return how many images are scored at a checkpoint."""
        return self.bounds.searched(wildcards.study, wildcards.dataset)
