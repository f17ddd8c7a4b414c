"""Files and options of the jobs that score images."""

from collections.abc import Callable
from typing import Any

from aeot.bounds import Bounds
from aeot.config import Config, words
from aeot.datasets import DATASETS
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.metrics.base import Metric, option
from aeot.plan.methods import MethodPlan
from aeot.plan.wildcards import Wildcards
from aeot.registry import resolve

METRIC_CLASSES: dict[str, type[Metric]] = {n: resolve(METRICS, n, "metric") for n in METRICS}


class ScorePlan:
    """Inputs of metrics and extractors."""

    def __init__(self, config: Config, bounds: Bounds, methods: MethodPlan) -> None:
        self.config, self.bounds, self.methods = config, bounds, methods

    def count(self, wildcards: Wildcards) -> int:
        """Return how many images of each set of the wildcards' data set are scored."""
        return self.bounds.scored(wildcards.dataset)

    def snapshot_count(self, wildcards: Wildcards) -> int:
        """Return how many images of every snapshot are scored, or of a method without snapshots."""
        return min(self.config.training.snapshot_images, self.count(wildcards))

    def extractor_modules(self, wildcards: Wildcards) -> list[str]:
        """Name the module on which an extractor's features depend."""
        return [EXTRACTORS[wildcards.extractor]]

    def extractor_words(self, wildcards: Wildcards) -> list[str]:
        """Write an extractor's settings as KEY=VALUE."""
        return words(self.config.extractor_settings.get(wildcards.extractor, {}))

    def metric_inputs(self, name: str) -> Callable[[Wildcards], dict[str, str]]:
        """Make the function that returns the files that a metric needs, by its options."""

        def files(wildcards: Wildcards) -> dict[str, str]:
            data = "results/{dataset}/data/{extractor}".format(**wildcards)
            folder = "results/{dataset}/{method}/seed{seed}/{extractor}"
            sets = {
                "real": f"{data}/test.npz",
                "fake": self.methods.features(wildcards),
                "train": f"{data}/all.npz",
                "midpoints": f"{folder.format(**wildcards)}/midpoints.npz",
                "images": self.methods.samples(wildcards),
                "range": "results/{dataset}/{method}/seed{seed}/range.npz".format(**wildcards),
            }
            needs = METRIC_CLASSES[name].NEEDS
            return {option(n).replace("-", "_"): sets[n] for n in needs if n in sets}

        return files

    def metric_outputs(self, name: str) -> dict[str, str]:
        """Return a metric's rows, and its curve, if it has one."""
        path = f"results/{{dataset}}/{{method}}/seed{{seed}}/{{extractor}}/{name}"
        curve = {"curve": f"{path}_curve.csv"} if METRIC_CLASSES[name].CURVE else {}
        return {"rows": f"{path}.csv", **curve}

    def metric_count(self, name: str) -> Callable[[Wildcards], int] | None:
        """Return how many images are used by a metric that does not compare features."""
        return self.count if "images" in METRIC_CLASSES[name].NEEDS else None

    def metric_named(self, name: str) -> dict[str, Callable[[Wildcards], Any]]:
        """Return the options with the data set or the extractor, for a metric that needs it."""
        options: dict[str, dict[str, Callable[[Wildcards], Any]]] = {
            "manifold": {
                "manifold": lambda at: self.config.source_of(at.dataset),
                "manifold_set": lambda at: words(self.config.manifold_settings(at.dataset)),
            },
            "classifier": {
                "classifier": lambda at: at.extractor,
                "classifier_set": self.extractor_words,
            },
        }
        needs = METRIC_CLASSES[name].NEEDS
        return {key: of for each in needs for key, of in options.get(each, {}).items()}

    def metric_modules(self, name: str) -> Callable[[Wildcards], list[str]]:
        """Return a function that names the registered modules on which a metric's rows depend."""
        needs = METRIC_CLASSES[name].NEEDS

        def modules(wildcards: Wildcards) -> list[str]:
            found = [METRICS[name]]
            if "manifold" in needs:
                found.append(DATASETS[self.config.source_of(wildcards.dataset)])
            return found + ([EXTRACTORS[wildcards.extractor]] if "classifier" in needs else [])

        return modules

    def metric_words(self, name: str) -> list[str]:
        """Write a metric's settings as KEY=VALUE."""
        return words(self.config.metric_settings.get(name, {}))

    def midpoint_pairs(self) -> int:
        """Return the number of pairs of test images for the convexity score."""
        settings = self.config.metric_settings.get("convexity", {})
        return int(METRIC_CLASSES["convexity"](**settings).pairs)  # type: ignore[attr-defined]
