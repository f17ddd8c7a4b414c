"""Files and options of the jobs of one method, which the wildcard `method` names."""

from typing import Any

from aeot.config import Config, words
from aeot.methods import AUTOENCODER, Method, fit_settings
from aeot.models import CODERS, TRAININGS
from aeot.models.aeot.settings import SamplingSettings
from aeot.names import END, FLOOR
from aeot.plan.wildcards import Wildcards
from aeot.pointmodels.trial_settings import TrainedSettings
from aeot.studies import Place

_FOLDER = "results/{dataset}/{method}/seed{seed}"
_DECODED = "results/{dataset}/autoencoder/seed{seed}/decoded"
FROZEN = f"{CODERS[AUTOENCODER]}.model"  # the autoencoder's module, which imports its settings


class MethodPlan:
    """Files and options of the jobs of one method.

    Attributes:
        trained: models of images that any study needs.
        mapped: samplers through AE-OT's map.
        reconstructed: the test images, encoded and decoded.
        fitted: other samplers of latent codes.
        on_points: models of points.
        searched: models of images whose hyper-parameters any study searches.
        swept: methods of the studies with a sweep.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.trained, through = config.used("images"), config.used("map")
        self.mapped = [name for name in through if config.method(name).draws()]
        self.reconstructed = [name for name in through if name not in self.mapped]
        self.fitted, self.on_points = config.used("latents"), config.used("points")
        searches = [name for study in config.studies for name in config.searched(study)]
        self.searched = list(dict.fromkeys(searches))
        sweeps = [study for study in config.studies.values() if study.sweep]
        self.swept = list(dict.fromkeys(name for study in sweeps for name in study.methods))

    def of(self, wildcards: Wildcards) -> Method:
        """Return the method that the wildcards name."""
        return self.config.method(wildcards.method)

    def name(self, wildcards: Wildcards) -> str:
        """Return the registered name of its model or sampler."""
        return self.of(wildcards).name

    def words(self, wildcards: Wildcards) -> list[str]:
        """Write its settings on the wildcards' data set or mixture as KEY=VALUE."""
        place = wildcards.mixture if hasattr(wildcards, "mixture") else wildcards.dataset
        return words(self.config.method_settings(wildcards.method, place))

    def transport_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of the transport on the wildcards' data set as KEY=VALUE."""
        return words(self.config.section("transport", wildcards.dataset))

    def fit_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings that determine the fit of a sampler of latent codes."""
        values = self.config.method_settings(wildcards.method, wildcards.dataset)
        return words(fit_settings(self.of(wildcards), values))

    def modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules on which its files depend."""
        return parts(self.of(wildcards))

    def training_modules(self, wildcards: Wildcards) -> list[str]:
        """Name those of its training."""
        return [*self.modules(wildcards), TRAININGS[self.name(wildcards)]]

    # What it is fitted to, and its decoder

    def latents(self, wildcards: Wildcards) -> str:
        """Return the latent codes to which a sampler is fitted: the autoencoder's or a model's."""
        path = "results/{dataset}/{of}/seed{seed}/codes.npz"
        return path.format(of=self.of(wildcards).of, **wildcards)

    def decoder(self, wildcards: Wildcards) -> str:
        """Name the frozen autoencoder, or the trained model, that decodes for it."""
        method = self.of(wildcards)
        return str(wildcards.method) if method.kind == "images" else method.of

    def decoder_file(self, wildcards: Wildcards) -> str:
        """Return its weights."""
        decoder = self.decoder(wildcards)
        name = "model" if decoder in self.trained else "autoencoder"
        path = "results/{dataset}/{decoder}/seed{seed}/{name}.pt"
        return path.format(decoder=decoder, name=name, **wildcards)

    def decoder_modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules on which its decoded images depend."""
        name = self.decoder(wildcards)
        return parts(self.config.method(name)) if name in self.trained else [FROZEN]

    def sampler_modules(self, wildcards: Wildcards) -> list[str]:
        """Name the modules of a sampler and of its decoder."""
        return self.modules(wildcards) + self.decoder_modules(wildcards)

    def shared_fit(self, wildcards: Wildcards) -> list[str]:
        """Return the files of the same fit of another method on a mixture, if there is one.

        Methods share a fit if only their sampling settings differ. Fits of models that are trained
        in steps are not shared, because these models draw during the training.
        """

        def fit(name: str) -> tuple[str, dict[str, Any]]:
            method = self.config.method(name)
            kind: Any = method.settings_class()
            settings = kind(**self.config.method_settings(name, wildcards.mixture))
            return method.name, settings.of_fit()

        kind, own = self.of(wildcards).settings_class(), fit(wildcards.method)
        first = next(name for name in self.on_points if fit(name) == own)
        if first == wildcards.method or issubclass(kind, TrainedSettings):
            return []
        folder = f"results/{wildcards.mixture}/{first}/seed{wildcards.seed}"
        names = ("fitted.pt", "history.csv", "report.json", "points.npz")
        return [f"{folder}/{name}" for name in names]

    # Its results

    def samples(self, wildcards: Wildcards) -> str:
        """Return its images; for the floor, the training images."""
        path = f"{_FOLDER}/samples.npz"
        if wildcards.method == FLOOR:
            path = "results/{dataset}/data/train.npz"
        return path.format(**wildcards)

    def range_inputs(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the model or transport whose range is searched; for other samplers, images."""
        if self.of(wildcards).kind == "images":
            return {"weights": "results/{dataset}/{method}/seed{seed}/model.pt".format(**wildcards)}
        if self.mixes_two(wildcards):
            folder = "results/{dataset}/{{name}}/seed{seed}/{{name}}".format(**wildcards)
            return {"transport": f"{folder}.npz".format(name="transport"),
                    "autoencoder": f"{folder}.pt".format(name="autoencoder")}  # fmt: skip
        return {"samples": self.samples(wildcards)}

    def range_modules(self, wildcards: Wildcards) -> list[str]:
        """Name the registered modules on which the search depends, for a model of images."""
        return self.modules(wildcards) if self.of(wildcards).kind == "images" else []

    def mixes_two(self, wildcards: Wildcards) -> bool:
        """Whether it draws mixtures of two codes through AE-OT's map."""
        method = self.of(wildcards)
        if method.kind != "map" or not method.draws():
            return False
        values = self.config.method_settings(wildcards.method, wildcards.dataset)
        return SamplingSettings(**values).mixes_two

    def range_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings of AE-OT's draw as KEY=VALUE, if its range is searched."""
        if not self.mixes_two(wildcards):
            return []
        return words(self.config.own_settings(wildcards.method, wildcards.dataset))

    def features(self, wildcards: Wildcards) -> str:
        """Return the features of its images; for the floor, those of training images."""
        path = f"{_FOLDER}/{{extractor}}/features.npz"
        if wildcards.method == FLOOR:
            path = "results/{dataset}/data/{extractor}/train.npz"
        return path.format(**wildcards)

    def snapshots(self, wildcards: Wildcards) -> str:
        """Return the snapshots of a model; other methods have only their samples."""
        name = "moments" if wildcards.method in self.trained else "samples"
        return f"{_FOLDER}/{name}.npz".format(**wildcards)

    def training_reports(self, wildcards: Wildcards) -> list[str]:
        """Return the reports with the duration of its training, without the setup of draws."""
        method = self.of(wildcards)
        names = {
            "images": [wildcards.method],
            "latents": [method.of, wildcards.method],
            "map": ["autoencoder", "transport"] if method.draws() else ["autoencoder"],
        }
        path = "results/{dataset}/{name}/seed{seed}/report.json"
        return [path.format(name=name, **wildcards) for name in names[method.kind]]

    # Sweeps

    def place(self, wildcards: Wildcards) -> Place:
        """Return its sweep in the wildcards' study."""
        return self.config.studies[wildcards.study].swept(wildcards.method)

    def sweep_inputs(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the transport of AE-OT's sampler, or the fit or the codes of a model of points."""
        name, key, file = "transport", "transport", "transport.npz"
        if self.of(wildcards).kind == "latents":
            if not self.config.one_fit(wildcards.study, wildcards.method, wildcards.dataset):
                return {"codes": self.latents(wildcards)}
            name, key, file = wildcards.method, "fitted", "fitted.pt"
        folder = "results/{dataset}/{name}/seed{seed}".format(name=name, **wildcards)
        return {key: f"{folder}/{file}", "report": f"{folder}/report.json"}

    def sweep_model(self, wildcards: Wildcards) -> str | None:
        """Return the registered name of a model of points; None for AE-OT's sampler."""
        return self.name(wildcards) if self.of(wildcards).kind == "latents" else None

    def sweep_words(self, wildcards: Wildcards) -> list[str]:
        """Write the settings that are not swept as KEY=VALUE."""
        place = self.place(wildcards)
        own = self.config.own_settings(wildcards.method, wildcards.dataset) | place.set
        return words({key: value for key, value in own.items() if key != place.setting})

    def sweep_setting(self, wildcards: Wildcards) -> str | None:
        """Return the setting that is swept, if any."""
        return self.place(wildcards).setting

    def sweep_values(self, wildcards: Wildcards) -> list[str]:
        """Return its values."""
        return self.place(wildcards).words()

    def curve(self, wildcards: Wildcards) -> dict[str, str]:
        """Return the codes and seconds of a curve; for its end point, the codes of test images."""
        if wildcards.method == END:
            return {"codes": f"{_DECODED}/test_codes.npz".format(**wildcards)}
        folder = "results/{study}/{dataset}/{method}/seed{seed}".format(**wildcards)
        return {"codes": f"{folder}/codes.npz", "seconds": f"{folder}/seconds.csv"}


def parts(method: Method) -> list[str]:
    """Name the modules of a method; not every model of images imports its settings."""
    names = ("model", "settings") if method.kind == "images" else ("model",)
    return [f"{method.registry[method.name]}.{name}" for name in names if method.registry]
