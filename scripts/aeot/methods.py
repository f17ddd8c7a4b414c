"""Methods in the configuration: models, what they are fitted to, and settings; torch-free."""

from typing import Any, ClassVar, Literal, Self

from pydantic import Field, PositiveInt, model_validator

from aeot.models import IMAGE_MODELS
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.step_settings import LUCIC_CHECKPOINTS, Budget
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.trial_settings import StepSettings, drawn_once
from aeot.registry import resolve_part
from aeot.settings import Settings

AUTOENCODER = "autoencoder"  # the frozen one, whose latent codes are sampled
POINTS = "points"  # the training points of a mixture
RECONSTRUCTION = "reconstruction"
THROUGH_MAP = (RECONSTRUCTION, "transport")

Steps = PositiveInt | Literal["published"]
Kind = Literal["images", "map", "latents", "points"]


class Training(Settings):
    """How models of images are trained, unless their method overrides it."""

    steps: Steps | None = Field(
        None,
        description="steps of the critic: a number, or published, the budget of the authors",
    )
    hyperparameters: Literal["published", "short"] = Field(
        "published",
        description="each model's hyper-parameters: the published ones, or some "
        "suited to a short training",
    )
    snapshot_images: PositiveInt = Field(
        1000, description="number of images drawn at every snapshot of a training"
    )


class Mixtures(Settings):
    """How models of points are fitted to mixtures."""

    points: PositiveInt = Field(
        100_000, description="number of training points, drawn once per seed"
    )
    trials: PositiveInt = Field(10, description="number of trainings of each method")
    steps: Steps | None = Field(
        None, description="steps of every GAN that does not set them; published: PacGAN's 400,000"
    )


class Method(Settings):
    """A registered model or sampler, what it is fitted on, and its settings."""

    FAMILIES: ClassVar[dict[Kind, str]] = {
        "images": "model of images", "map": "sampler", "latents": "model of points",
        "points": "model of points",
    }  # fmt: skip

    model: str | None = Field(None, description="registered model of images")
    sampler: str | None = Field(
        None,
        description="transport or reconstruction, with AE-OT's autoencoder, or a registered "
        "model of points",
    )
    of: str = Field(
        AUTOENCODER,
        description="what a sampler is fitted to: the frozen autoencoder's latent codes, those "
        "of another method, or the points of a mixture",
    )
    set: dict[str, Any] = Field({}, description="settings that differ from the defaults")

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if self.model == AUTOENCODER:
            raise ValueError(
                "the autoencoder is trained once per data set, with the settings of the section "
                "autoencoder; the method that uses it is sampler: reconstruction"
            )
        if (self.model is None) == (self.sampler is None):
            raise ValueError("give a model of images, or a sampler, but not both")
        if self.model and self.of != AUTOENCODER:
            raise ValueError("only samplers have the key of; a model of images is fitted to images")
        if self.sampler in THROUGH_MAP and self.of != AUTOENCODER:
            raise ValueError(
                f"the sampler {self.sampler} always uses the autoencoder; leave out of"
            )
        return self

    @property
    def name(self) -> str:
        """The registered name of its model or sampler."""
        return self.model or self.sampler or ""

    @property
    def kind(self) -> Kind:
        """The kind: a model of images, AE-OT's map, or a sampler of latents or points."""
        if self.model:
            return "images"
        if self.sampler in THROUGH_MAP:
            return "map"
        return "points" if self.of == POINTS else "latents"

    @property
    def registry(self) -> dict[str, str]:
        """The registry of its model; empty for AE-OT's map."""
        kinds = {"images": IMAGE_MODELS, "map": {}}
        return kinds.get(self.kind, POINT_MODELS)

    def settings_class(self) -> type[Settings]:
        """Return the class of its settings.

        Raises:
            InputError: the model is not registered.
        """
        if self.kind == "map":
            return SamplingSettings if self.draws() else Settings
        family = self.FAMILIES[self.kind]
        found: type[Settings] = resolve_part(self.registry, self.name, "settings:Settings", family)
        return found

    def encodes(self) -> bool:
        """Whether it has an encoder of images; the reconstruction has that of the autoencoder."""
        return self.sampler == RECONSTRUCTION or bool(getattr(self.settings_class(), "ENCODES", 0))

    def has_latents(self) -> bool:
        """Whether its model has latent codes of the training images."""
        kind: Any = self.settings_class()
        return self.kind == "images" and bool(kind.ENCODES or kind.CODES)

    def draws(self) -> bool:
        """Whether it draws samples instead of reconstructing images."""
        return self.sampler != RECONSTRUCTION

    def through_transport(self) -> bool:
        """Whether it draws through a transport map, like AE-OT."""
        if self.kind == "map":
            return self.draws()
        return bool(getattr(self.settings_class(), "TRANSPORT", False))


def check_name(name: str, where: str) -> None:
    """Refuse a name that cannot be part of a path.

    Raises:
        ValueError: it cannot.
    """
    if not (name.isascii() and name.isalnum() and name == name.lower()):
        raise ValueError(f"{where}: {name!r} does not consist of lower-case letters and digits")


def image_settings(
    method: Method, own: dict[str, Any], training: Training, source: str, steps: Steps | None
) -> dict[str, Any]:
    """Return the keys that are set for a model of images.

    Args:
        method: a method of that kind.
        own: the settings of the method itself.
        training: the general settings of trainings.
        source: the registered data set for which `published` is looked up.
        steps: overrides the general number of steps.

    Raises:
        ValueError: the model has no published budget for the data set.
    """
    kind: Any = method.settings_class()
    published = kind.AUTHORS.get(source, kind.AUTHORS.get("default", {}))
    values = dict(kind.SHORT if training.hyperparameters == "short" else published) | own
    steps = steps or training.steps
    if steps and not {"steps", "epochs"} & values.keys():
        values |= _budget(method, source) if steps == "published" else {"steps": steps}
    return values


def _budget(method: Method, source: str) -> Budget:
    kind: Any = method.settings_class()
    found: Budget | None = kind.PUBLISHED.get(source, kind.PUBLISHED.get("default"))
    if found is None:
        raise ValueError(
            f"training.steps: published: {method.name} has no published budget for the data set "
            f"{source!r} (only for {', '.join(kind.PUBLISHED)}); give a number of steps, for a "
            "single data set as dataset_settings.CASE.steps"
        )
    return found


def published_checkpoints(source: str) -> int:
    """Return how many checkpoints of a training Lucic et al. scored on a registered data set.

    Raises:
        ValueError: the data set is not one of theirs.
    """
    if source not in LUCIC_CHECKPOINTS:
        raise ValueError(
            "search.checkpoints: published: there is no published number for the data set "
            f"{source!r} (only for {', '.join(LUCIC_CHECKPOINTS)}); give a number"
        )
    return LUCIC_CHECKPOINTS[source]


def point_settings(method: Method, own: dict[str, Any], mixtures: Mixtures) -> dict[str, Any]:
    """Return the keys that are set for a model of points on a mixture."""
    values = dict(own)
    if mixtures.steps and issubclass(method.settings_class(), StepSettings):
        steps = StepSettings.PUBLISHED if mixtures.steps == "published" else mixtures.steps
        values.setdefault("steps", steps)
    return values


def latent_settings(method: Method, own: dict[str, Any], count: int) -> dict[str, Any]:
    """Return the keys that are set for a sampler of latent codes, which draws `count` once."""
    return own | drawn_once(method.settings_class()) | {"count": count}


def fit_settings(method: Method, values: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of a sampler of latent codes without those that affect only sampling."""
    kind: Any = method.settings_class()
    kept = {key: value for key, value in values.items() if key not in kind.DRAWING}
    return kept | drawn_once(kind)
