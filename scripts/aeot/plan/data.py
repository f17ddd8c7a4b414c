"""Files and options of the jobs that prepare images."""

from aeot.config import Config, words
from aeot.datasets import DATASETS
from aeot.mixtures import MIXTURES
from aeot.plan.wildcards import Wildcards
from aeot.registry import resolve


class DataPlan:
    """Files and options of the jobs that prepare images."""

    def __init__(self, config: Config) -> None:
        self.config = config

    def source(self, wildcards: Wildcards) -> str:
        """Name the registered data set behind the wildcards' case."""
        return self.config.source_of(wildcards.dataset)

    def mixture(self, wildcards: Wildcards) -> list[str]:
        """Name the module of the wildcards' mixture."""
        return [MIXTURES[wildcards.mixture]]

    def raw_files(self, wildcards: Wildcards) -> str | list[str]:
        """Return the list of its raw files, if it has any."""
        source = self.source(wildcards)
        fetched = resolve(DATASETS, source, "data set").fetched
        return f"results/raw/{source}/files.json" if fetched else []

    def root(self, wildcards: Wildcards) -> str | None:
        """Return the folder to be used instead of a download, if the configuration names one."""
        source = self.config.sources.get(wildcards.source)
        return source.root if source else None

    def words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of a case's images as KEY=VALUE, without its folder of pictures."""
        data = self.config.case(wildcards.dataset).data
        return words({key: value for key, value in data.items() if key != "folder"})

    def place(self, wildcards: Wildcards) -> list[str]:
        """Write the location of its pictures, if it has any, as KEY=VALUE."""
        data = self.config.case(wildcards.dataset).data
        return words({key: value for key, value in data.items() if key == "folder"})

    def first(self, wildcards: Wildcards) -> int | None:
        """Return the number of the autoencoder's training images, unless it uses all."""
        if getattr(wildcards, "split", "train") == "test":
            return None
        count = self.config.section("autoencoder", wildcards.dataset).get("training_images")
        return None if count is None else int(count)
