"""The configuration: every shipped file is valid, every fault is one sentence with its key."""

import copy
import json
import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel
from snakemake.utils import update_config

from aeot.charts import FIGURES
from aeot.config import Config, words
from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.features import EXTRACTORS
from aeot.metrics import METRICS
from aeot.mixtures import MIXTURES
from aeot.models import IMAGE_MODELS
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.defaults import REGISTERED, filled
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.pointmodels import POINT_MODELS
from aeot.registry import resolve, resolve_part
from aeot.settings import Settings, parse_items

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "config" / "config.yaml"
PRESETS = sorted((ROOT / "config" / "presets").glob("*.yaml"))
MEASURED = sorted((ROOT / "docs" / "measured").rglob("config.yaml"))
SHIPPED = [DEFAULT, *PRESETS, *MEASURED]


def read(path):
    return yaml.safe_load(path.read_text())


def merged(*files):
    """Lay files over the default as Snakemake does."""
    values = read(DEFAULT)
    for file in files:
        update_config(values, read(file))
    return values


def edited(path, value):
    """The default's values with one of them changed; the path is a list of keys."""
    values = copy.deepcopy(read(DEFAULT))
    place = values
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return values


def file_name(path):
    """Name a file of the repository for people."""
    return str(path.relative_to(ROOT))


def fault(values):
    with pytest.raises(InputError) as caught:
        Config.checked(values, "")
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_the_presets_are_complete():
    assert {path.stem for path in PRESETS} >= {"paper", "smoke", "workstation", "validation"}
    assert len(MEASURED) >= 6


@pytest.mark.long
@pytest.mark.parametrize("path", SHIPPED, ids=file_name)
def test_every_shipped_configuration_is_valid(path):
    config = Config.checked(merged(path), "")
    assert config.datasets and config.run
    for name, study in config.studies.items():
        assert config.datasets_of(name) and (study.tables or study.figures)


@pytest.mark.long
@pytest.mark.parametrize("path", [*PRESETS, *MEASURED], ids=file_name)
def test_lists_of_a_file_replace_and_its_mappings_merge(path):
    default, own = Config.checked(read(DEFAULT), ""), read(path)
    config = Config.checked(merged(path), "")
    before, after = default.model_dump(), config.model_dump()

    def check(said, before, after):
        for key, value in said.items():
            if isinstance(value, dict):
                check(value, (before or {}).get(key), after[key])
            else:
                assert after[key] == value
        for key in before or {}:
            if key not in said:  # what the file does not say is the default's
                assert after[key] == before[key]

    check(own, before, after)


def test_the_paper_preset_runs_the_papers_sets_at_its_sizes():
    config = Config.checked(merged(ROOT / "config" / "presets" / "paper.yaml"), "")
    assert {config.source_of(name) for name in config.datasets} == {
        "mnist",
        "fashionmnist",
        "cifar10",
        "celeba",
    }
    # AE-OT trains on a part, the other models on all.
    for name, part in (("cifar10", 25000), ("celeba", 10000)):
        assert config.section("autoencoder", name)["training_images"] == part
        assert "train_count" not in config.case(name).data
    assert config.section("autoencoder", "mnist")["training_images"] is None
    assert config.extractors == ["inception"]
    assert config.section("autoencoder", "celebaplus")["extra_convs"] == 2
    celeba = AutoencoderSettings(**filled(config.section("autoencoder", "celeba"), REGISTERED))
    assert celeba.convs_beyond(64, 64) == 0


@pytest.mark.parametrize(
    ("path", "known"),
    [
        (
            ["datastes"],
            "autoencoder, dataset_settings, datasets, drawn_images, extractor_settings, extractors",
        ),
        (["autoencoder", "epoch"], "decoder_epochs"),
        (["transport", "tol"], "tolerance"),
        (["training", "step"], "hyperparameters, snapshot_images, steps"),
        (["mixtures", "trails"], "points, steps, trials"),
        (["metric_settings", "prd", "cluster"], "clusters"),
        (["metric_settings", "convexity", "pair"], "pairs"),
        (["figures", "fid"], f"known here: {', '.join(sorted(FIGURES))}."),
        (["figures", "prd", "dpy"], "dpi"),
        (["methods", "aeot", "model_settings"], "model, of, sampler, set"),
        (["methods", "aeot", "set", "variants"], "variant"),
        (["methods", "aekde", "set", "bandwith"], "bandwidth"),
        (["methods", "vae", "set", "widht"], "width"),
        (["methods", "pacgan2", "set", "packs"], "pack"),
        (
            ["studies", "main", "rows"],
            "datasets, extractors, figures, methods, metrics, pictures, ",
        ),
        (["studies", "adversarial", "search", "draw"], "checkpoints, draws, images, "),
        (["studies", "geometry", "sweep", "curves"], "draws, over"),
        (["studies", "geometry", "sweep", "over", "aeot", "value"], "set, setting, values"),
        (["sources", "mnist", "rot"], "root"),
        (["dataset_settings", "mnist5k", "dta"], "data"),
        (["dataset_settings", "mnist5k", "data", "test_cuont"], "test_count"),
        (["dataset_settings", "mnist5k", "autoencoder", "epoch"], "epochs"),
        (["dataset_settings", "mnist5k", "transport", "tol"], "tolerance"),
        (["dataset_settings", "mnist5k", "methods", "aeot", "cuont"], "count"),
        (["dataset_settings", "mnist5k", "methods", "aekde", "bandwith"], "bandwidth"),
        (["dataset_settings", "mnist5k", "methods", "vae", "widht"], "width"),
        (["extractor_settings", "efficientnetlite0", "sizes"], "batch_size, size"),
    ],
)
def test_an_unknown_key_is_named_in_full_with_the_known_ones(path, known):
    text = fault(edited(path, 1))
    assert text.startswith(f"{'.'.join(path)} is not a known key; known here: ")
    assert known in text


@pytest.mark.parametrize(
    ("path", "value", "allowed"),
    [
        (["datasets"], "mnist", "valid list"),
        (["datasets"], [], "at least 1 item"),
        (["datasets"], [5], "valid string"),
        (["datasets"], ["mnist", "mnist"], "listed only once"),
        (["seeds"], [-1], "greater than or equal to 0"),
        (["seeds"], [1, 1], "listed only once"),
        (["seeds"], [], "at least 1 item"),
        (["seeds"], 0, "valid list"),
        (["methods"], ["ae"], "valid dictionary"),
        (["studies"], ["main"], "valid dictionary"),
        (["studies", "main", "methods"], "ae", "valid list"),
        (["scored_images"], 0, "greater than 0"),
        (["drawn_images"], 0, "greater than 0"),
        (["training", "steps"], 0, "greater than 0"),
        (["training", "steps"], "publisht", "'published'"),
        (["training", "hyperparameters"], "long", "'published' or 'short'"),
        (["training", "snapshot_images"], 0, "greater than 0"),
        (["mixtures", "steps"], "paper", "'published'"),
        (["mixtures", "trials"], 0, "greater than 0"),
        (["mixtures", "points"], 0, "greater than 0"),
        (["dataset_settings", "mnist5k", "steps"], "paper", "'published'"),
        (["autoencoder", "epochs"], "many", "valid integer"),
        (["autoencoder", "epochs"], 2.5, "valid integer"),
        (["autoencoder", "batch_size"], 1, "greater than or equal to 2"),
        (["autoencoder", "beta1"], 1.0, "less than 1"),
        (["autoencoder", "mixed_precision"], "perhaps", "valid boolean"),
        (["autoencoder"], None, "valid dictionary"),
        (["transport", "tolerance"], 0, "greater than 0"),
        (["transport", "tolerance"], float("nan"), "finite number"),
        (["transport", "source"], "cube", "'uniform' or 'gaussian'"),
        (["methods", "aeot", "set", "variant"], "x", "'chart' or 'vertex'"),
        (["methods", "aeot", "set", "threshold_quantile"], 1.1, "less than or equal to 1"),
        (["methods", "vae", "set", "width"], 0, "greater than 0"),
        (["metric_settings", "prd", "clusters"], 1, "greater than or equal to 2"),
        (["figures", "training", "dpi"], "fine", "valid"),
        (["dataset_settings", "mnist5k", "data", "test_count"], -5, "greater than 0"),
        (["extractor_settings", "efficientnetlite0", "size"], "big", "valid integer"),
    ],
)
def test_a_wrong_value_is_named_with_its_key_and_what_is_allowed(path, value, allowed):
    text = fault(edited(path, value))
    assert text.startswith(".".join(path))
    assert allowed in text


@pytest.mark.parametrize("name", ["MNIST", "../up", "my set"])
def test_the_name_of_a_data_set_is_lower_case_letters_and_digits(name):
    assert "lower-case letters and digits" in fault(edited(["datasets"], [name]))
    assert "lower-case letters and digits" in fault(edited(["dataset_settings", name], {}))


def test_a_missing_list_is_named():
    values = read(DEFAULT)
    del values["seeds"]
    assert fault(values) == "seeds: field required."


def test_what_becomes_of_singular_samples_is_resolved_per_method_and_data_set():
    values = edited(["methods", "aeotcentres", "set", "singular"], "plain")
    own = {"methods": {"aeotcentres": {"singular": "reject"}}}
    values["dataset_settings"]["mnist"] = own
    config = Config.checked(values, "")
    assert config.singular("aeotcentres", "mnist5k") == "plain"
    assert config.singular("aeotcentres", "mnist") == "reject"
    assert config.singular("aeot", "mnist5k") == SamplingSettings().singular
    assert config.singular("aeot512plain", "grid") == "plain"
    without = ("ae", "aeotvertex", "aeotchart", "aekde", "vae")
    assert all(config.singular(name, "mnist5k") is None for name in without)
    assert config.singular("gmm", "grid") is None


def test_a_user_folder_needs_to_be_named():
    text = fault(edited(["datasets"], ["imagefolder"]))
    assert text == "dataset_settings.imagefolder.data.folder: field required."


def test_a_case_of_the_users_own_has_its_source_and_its_settings():
    values = edited(["dataset_settings", "few"], {"source": "mnist5k", "data": {"train_count": 9}})
    values["datasets"] = ["few", "mnist5k"]
    config = Config.checked(values, "")
    assert (config.source_of("few"), config.source_of("mnist5k")) == ("mnist5k", "mnist5k")
    assert config.case("few").data == {"train_count": 9}


def test_a_data_sets_own_settings_lie_over_the_general_ones():
    values = edited(["dataset_settings", "mnist5k", "autoencoder"], {"epochs": 3})
    values["transport"] = {"confidence": 0.9}
    values["dataset_settings"]["mnist5k"]["transport"] = {"tolerance": 0.5}
    values["dataset_settings"]["mnist5k"]["methods"] = {"aeot": {"threshold": 0.7}}
    config = Config.checked(values, "")
    general, special = config.section("autoencoder"), config.section("autoencoder", "mnist5k")
    assert special == {**general, "epochs": 3} != general
    assert config.section("transport", "mnist5k") == {"confidence": 0.9, "tolerance": 0.5}
    elsewhere = config.method_settings("aeot", "mnist")
    assert config.method_settings("aeot", "mnist5k") == {**elsewhere, "threshold": 0.7}


def test_data_sets_are_those_of_all_studies_and_mixtures_are_none(configured):
    config = configured(
        {"datasets": ["mnist5k", "few"], "dataset_settings": {"few": {"source": "mnist"}}},
        {"methods": {"aeot": {"sampler": "transport"}, "gmm": {"sampler": "gmm", "of": "points"}}},
        {"studies": {
            "first": {"methods": ["aeot"]},
            "second": {"methods": ["aeot"], "datasets": ["cifar10", "few"]},
            "third": {"methods": ["gmm"], "datasets": ["ring", "grid"]},
            "fourth": {"methods": ["aeot"], "datasets": []},
        }},
    )  # fmt: skip
    assert config.cases == ["mnist5k", "few", "cifar10"]
    assert config.datasets_of("first") == ["mnist5k", "few"]
    assert config.datasets_of("second") == ["cifar10", "few"]
    assert config.datasets_of("fourth") == []
    assert config.datasets_of("third") == ["ring", "grid"] and set(MIXTURES) >= {"ring", "grid"}


def test_what_a_study_scores_stands_beside_what_all_score(configured):
    config = configured(
        {"metrics": ["prd", "fid"], "methods": {"aeot": {"sampler": "transport"}}},
        {"studies": {
            "none": {},
            "some": {"metrics": ["copying", "fid", "kid"]},
            "every": {"metrics": "all"},
        }},
    )  # fmt: skip
    assert config.metrics_of("none") == []
    assert config.metrics_of("some") == ["kid", "copying"]  # in the order of the registry
    every = config.metrics_of("every")
    assert every == [name for name in METRICS if name not in ("prd", "fid")]


def test_what_is_used_is_what_any_study_needs_in_the_order_of_the_studies(configured):
    config = configured(
        {"methods": {
            "unused": {"model": "aae"},
            "coded": {"model": "glo"},
            "late": {"model": "ali"},
            "one": {"model": "vae"},
            "two": {"model": "nsgan"},
            "kernel": {"sampler": "kde"},
            "mapped": {"sampler": "imle", "of": "coded"},
            "ae": {"sampler": "reconstruction"},
            "aeot": {"sampler": "transport"},
            "gmm": {"sampler": "gmm", "of": "points"},
            "gan": {"sampler": "pacgan", "of": "points"},
        }},
        {"studies": {
            "first": {"methods": ["two", "aeot", "one"], "search": {"draws": 2},
                      "pictures": ["ae", ["two", "one"], "mapped"]},
            "second": {"methods": ["gan", "gmm"], "datasets": ["grid"]},
            "third": {"methods": ["one", "kernel", "late", "aeot"]},
        }},
    )  # fmt: skip
    assert config.searched("first") == ["two", "one"]
    assert config.searched("second") == config.searched("third") == []
    assert config.used("images") == ["two", "one", "late", "coded"]
    assert config.used("map") == ["aeot", "ae"]
    assert config.used("latents") == ["mapped", "kernel"]
    assert config.used("points") == ["gan", "gmm"]


def test_only_what_the_configuration_names_reaches_a_rule():
    values = read(DEFAULT) | {"autoencoder": {"epochs": 3}}
    assert Config.checked(values, "").section("autoencoder") == {"epochs": 3}


def test_the_words_of_a_rule_depend_neither_on_order_nor_on_spelling():
    one = Config.checked(edited(["transport"], {"tolerance": 1, "confidence": 0.9}), "")
    two = Config.checked(edited(["transport"], {"confidence": 0.90, "tolerance": 1.0}), "")
    assert words(one.section("transport")) == words(two.section("transport"))


@pytest.mark.parametrize("path", SHIPPED, ids=file_name)
def test_the_words_of_every_rule_are_what_its_script_reads(path):
    config = Config.checked(merged(path), "")
    for case in config.cases:
        for section in ("autoencoder", "transport"):
            values = config.section(section, case)
            kind = type(getattr(config, section))
            assert kind.from_items(words(values)) == kind(**values)
        data = config.case(case).data
        assert parse_items(words(data)) == data
    for name in config.studies:
        for place in config.datasets_of(name):
            for method in config.searched(name):
                values = config.search_settings(name, method, place)
                kind = config.method(method).settings_class()
                assert kind.from_items(words(values)) == kind(**values)
            for method in config.studies[name].methods:
                values = config.method_settings(method, place)
                kind = config.method(method).settings_class()
                assert kind.from_items(words(values)) == kind(**values)


def test_the_schema_for_editors_is_in_step():
    written = json.loads((ROOT / "config" / "schema.json").read_text())
    assert written == Config.model_json_schema(), "config/schema.json is old; run `make schema`."


@pytest.mark.parametrize("path", [DEFAULT, *PRESETS], ids=lambda path: path.stem)
def test_every_configuration_points_editors_to_the_schema(path):
    head = path.read_text().splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert head.startswith(prefix)
    assert (path.parent / head.removeprefix(prefix)).resolve() == ROOT / "config" / "schema.json"


def settings_classes(model):
    """A settings class and those inside it."""

    def inside(annotation):
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from settings_classes(annotation)
        for part in get_args(annotation):
            yield from inside(part)

    yield model
    for field in model.model_fields.values():
        yield from inside(field.annotation)


def all_settings():
    found = list(settings_classes(Config))
    found += [resolve(DATASETS, name, "data set").Settings for name in DATASETS]
    found += [resolve(EXTRACTORS, name, "extractor") for name in EXTRACTORS]
    found += [resolve(METRICS, name, "metric") for name in METRICS]
    for models in (IMAGE_MODELS, POINT_MODELS):
        found += [resolve_part(models, name, "settings:Settings", "model") for name in models]
    return sorted(set(found), key=lambda model: (model.__name__, model.__module__))


def test_every_key_is_explained():
    page = (ROOT / "config" / "README.md").read_text()
    spans = " ".join(re.findall(r"`[^`\n]+`", page))
    absent = []
    for model in all_settings():
        assert issubclass(model, Settings) and model.__doc__, model
        keys = [key for key in model.model_fields if not re.search(rf"\b{key}\b", spans)]
        absent += [f"{model.__name__}.{key}" for key in keys]
    assert not absent, f"config/README.md says nothing of {absent}"


def test_the_default_names_every_key_of_its_sections():
    """The default is where a user looks for what can be set."""
    values = read(DEFAULT)
    for section in ("autoencoder", "transport", "training", "mixtures"):
        assert set(values[section]) == set(Config.model_fields[section].annotation.model_fields)
    for name in METRICS:
        keys = resolve(METRICS, name, "metric").model_fields
        assert set(values["metric_settings"].get(name, {})) == set(keys)
    assert set(Config.model_fields) == set(values)


def test_the_default_is_about_what_it_registers_and_explains():
    """Every model of images and every sampler can be compared without an edit of `methods`."""
    config = Config.checked(read(DEFAULT), "")
    methods = config.methods.values()
    assert {method.model for method in methods} - {None} == set(IMAGE_MODELS)
    samplers = {method.sampler for method in methods} - {None, "transport", "reconstruction"}
    assert samplers == set(POINT_MODELS)
    used = {name for kind in ("images", "map", "latents", "points") for name in config.used(kind)}
    assert set(config.methods) <= used
