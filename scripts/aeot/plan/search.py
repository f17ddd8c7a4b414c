"""Files and options of the jobs of a study's search, which the wildcard `method` names."""

from aeot.bounds import Bounds, refuse
from aeot.config import Config, words
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.plan.files import expand
from aeot.plan.methods import parts
from aeot.plan.wildcards import Wildcards
from aeot.studies import Search


class SearchPlan:
    """What the searches of studies take and make."""

    def __init__(self, config: Config, bounds: Bounds) -> None:
        self.config, self.bounds = config, bounds

    def of(self, wildcards: Wildcards) -> Search:
        """Return what the wildcards' study says of its search."""
        return self.config.studies[wildcards.study].search

    def files(self, name: str, study: str) -> list[str]:
        """Return the rows of all searches of a study: `draws` or `reruns`, of the first seed.

        Raises:
            InputError: its data sets do not allow what it asks for.
        """
        refuse(self.bounds.study_faults(study))
        return expand(
            f"results/{study}/{{dataset}}/{{method}}/seed{{seed}}/{{extractor}}/{name}.csv",
            dataset=self.config.datasets_of(study),
            method=self.config.searched(study),
            seed=self.config.seeds[:1],
            extractor=self.config.extractors,
        )

    def words(self, wildcards: Wildcards) -> list[str]:
        """Write the model's settings as KEY=VALUE, but for what is drawn."""
        named = (wildcards.study, wildcards.method, wildcards.dataset)
        return words(self.config.search_settings(*named))

    def metrics(self, wildcards: Wildcards) -> list[str]:
        """Write the metrics beside the Fréchet distance as NAME=SETTINGS."""
        settings = self.config.metric_settings
        return words({name: settings.get(name, {}) for name in self.of(wildcards).metrics})

    def modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules that its rows stand on."""
        metrics = ["fid", *self.of(wildcards).metrics]
        method = self.config.method(wildcards.method)
        return [
            *parts(method),
            EXTRACTORS[wildcards.extractor],
            *(METRICS[name] for name in dict.fromkeys(metrics)),
        ]

    def draws(self, wildcards: Wildcards) -> int:
        """Return how many hyper-parameters are drawn."""
        return self.of(wildcards).draws

    def reruns(self, wildcards: Wildcards) -> int:
        """Return how often the best draw is trained again."""
        return self.of(wildcards).reruns

    def ranges(self, wildcards: Wildcards) -> str:
        """Return the distributions of the hyper-parameters."""
        return self.of(wildcards).ranges

    def checkpoints(self, wildcards: Wildcards) -> int:
        """Return how often a training is scored."""
        return self.config.checkpoints(wildcards.study, wildcards.dataset)

    def count(self, wildcards: Wildcards) -> int:
        """Return how many images are scored at a checkpoint."""
        return self.bounds.searched(wildcards.study, wildcards.dataset)
