"""The configuration: every shipped file holds, every fault is one sentence with its key."""

import copy
import json
import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel
from snakemake.utils import update_config

from aeot.config import Config, words
from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.features import EXTRACTORS
from aeot.models import IMAGE_MODELS
from aeot.models.aeot.settings import SamplingSettings
from aeot.models.autoencoder.settings import AutoencoderSettings
from aeot.models.config import ImageStudy
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.config import Collapse
from aeot.registry import resolve
from aeot.settings import Settings, parse_items

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "config" / "config.yaml"
PRESETS = sorted((ROOT / "config" / "presets").glob("*.yaml"))


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


def fault(values):
    with pytest.raises(InputError) as caught:
        Config.checked(values, "")
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_the_presets_are_complete():
    assert {path.stem for path in PRESETS} >= {"paper", "smoke", "workstation"}


@pytest.mark.parametrize("path", [DEFAULT, *PRESETS], ids=lambda path: path.stem)
def test_every_shipped_configuration_holds(path):
    config = Config.checked(merged(path), "")
    assert config.datasets and config.models


@pytest.mark.parametrize("preset", PRESETS, ids=lambda path: path.stem)
def test_lists_of_a_preset_replace_and_its_mappings_merge(preset):
    own, config = read(preset), Config.checked(merged(preset), "")
    for key, value in own.items():
        if isinstance(value, list):
            assert getattr(config, key) == value
    default = Config.checked(read(DEFAULT), "")
    # A key that the preset does not name is the default's.
    for name in Config.model_fields:
        if name not in own:
            assert getattr(config, name) == getattr(default, name)
    assert config.autoencoder.beta1 == default.autoencoder.beta1


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
    celeba = AutoencoderSettings(**config.section("autoencoder", "celeba"))
    assert celeba.convs_beyond(64, 64) == 0


@pytest.mark.parametrize(
    ("path", "known"),
    [
        (
            ["datastes"],
            "adversarial, autoencoder, autoencoders, collapse, convexity, dataset_settings",
        ),
        (["autoencoder", "epoch"], "decoder_epochs"),
        (["transport", "tol"], "tolerance"),
        (["prd", "cluster"], "clusters"),
        (
            ["figures", "fid"],
            "frontier, fscores, moments, prd, progress, samples, scatter, segments, training, ",
        ),
        (["figures", "prd", "dpy"], "dpi"),
        (["model_settings", "aeot", "variants"], "variant"),
        (["sources", "mnist", "rot"], "root"),
        (["dataset_settings", "mnist5k", "dta"], "data"),
        (["dataset_settings", "mnist5k", "data", "test_cuont"], "test_count"),
        (["dataset_settings", "mnist5k", "autoencoder", "epoch"], "epochs"),
        (["dataset_settings", "mnist5k", "transport", "tol"], "tolerance"),
        (["dataset_settings", "mnist5k", "model_settings", "aeot", "cuont"], "count"),
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
        (["datasets"], ["mnist", "mnist"], "listed once"),
        (["seeds"], [-1], "greater than or equal to 0"),
        (["seeds"], [1, 1], "listed once"),
        (["seeds"], [], "at least 1 item"),
        (["seeds"], 0, "valid list"),
        (["models"], [], "at least 1 item"),
        (["scored_images"], 0, "greater than 0"),
        (["autoencoder", "epochs"], "many", "valid integer"),
        (["autoencoder", "epochs"], 2.5, "valid integer"),
        (["autoencoder", "batch_size"], 1, "greater than or equal to 2"),
        (["autoencoder", "beta1"], 1.0, "less than 1"),
        (["autoencoder", "mixed_precision"], "perhaps", "valid boolean"),
        (["autoencoder"], None, "valid dictionary"),
        (["transport", "tolerance"], 0, "greater than 0"),
        (["transport", "tolerance"], float("nan"), "finite number"),
        (["transport", "source"], "cube", "'uniform' or 'gaussian'"),
        (["model_settings", "aeot", "variant"], "x", "'chart', 'vertex' or 'reconstruction'"),
        (["model_settings", "aeot", "threshold_quantile"], 1.1, "less than or equal to 1"),
        (["prd", "clusters"], 1, "greater than or equal to 2"),
        (["figures", "training", "dpi"], "fine", "valid"),
        (["dataset_settings", "mnist5k", "data", "test_count"], -5, "greater than 0"),
        (["extractor_settings", "efficientnetlite0", "size"], "big", "valid integer"),
    ],
)
def test_a_wrong_value_is_named_with_its_key_and_what_is_allowed(path, value, allowed):
    text = fault(edited(path, value))
    assert text.startswith(".".join(path))
    assert allowed in text


@pytest.mark.parametrize(
    ("path", "value", "parts"),
    [
        (["datasets"], ["mnits"], ["datasets", "'mnits'", *DATASETS]),
        (["dataset_settings", "mine"], {"source": "nist"}, ["'mine'", "'nist'", *DATASETS]),
        (["models"], ["aeto"], ["models", "'aeto'", "model_settings", "aeotvertex"]),
        (["extractors"], ["vgg"], ["extractors", "'vgg'", *EXTRACTORS]),
        (["extractor_settings", "vgg"], {}, ["'vgg'", *EXTRACTORS]),
        (["sources", "shapes"], {"root": "/x"}, ["sources", "'shapes'", "mnist"]),
        (["models"], ["floor"], ["models", "floor"]),
        (["datasets"], ["MNIST"], ["lower-case letters and digits"]),
        (["datasets"], ["../up"], ["lower-case letters and digits"]),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(path, value, parts):
    text = fault(edited(path, value))
    for part in parts:
        assert part in text


def test_a_missing_list_is_named():
    values = read(DEFAULT)
    del values["seeds"]
    assert fault(values) == "seeds: field required."


def test_what_becomes_of_singular_samples_is_resolved_per_row_and_data_set():
    values = edited(["model_settings", "aeotcentres", "singular"], "plain")
    own = {"model_settings": {"aeotcentres": {"singular": "reject"}}}
    values["dataset_settings"]["mnist"] = own
    config = Config.checked(values, "")
    assert config.singular("aeotcentres", "mnist5k") == "plain"
    assert config.singular("aeotcentres", "mnist") == "reject"
    assert config.singular("aeot", "mnist5k") == SamplingSettings().singular
    assert all(config.singular(row, "mnist5k") is None for row in ("ae", "aeotvertex", "aeotchart"))


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
    values["dataset_settings"]["mnist5k"]["model_settings"] = {"aeot": {"count": 7}}
    config = Config.checked(values, "")
    general, special = config.section("autoencoder"), config.section("autoencoder", "mnist5k")
    assert special == {**general, "epochs": 3} != general
    assert config.model("aeot", "mnist5k") == {**config.model("aeot", "mnist"), "count": 7}


def test_only_what_the_configuration_names_reaches_a_rule():
    values = read(DEFAULT) | {"autoencoder": {"epochs": 3}}
    assert Config.checked(values, "").section("autoencoder") == {"epochs": 3}


def test_the_words_of_a_rule_depend_neither_on_order_nor_on_spelling():
    one = Config.checked(edited(["transport"], {"tolerance": 1, "confidence": 0.9}), "")
    two = Config.checked(edited(["transport"], {"confidence": 0.90, "tolerance": 1.0}), "")
    assert words(one.section("transport")) == words(two.section("transport"))


@pytest.mark.parametrize("path", [DEFAULT, *PRESETS], ids=lambda path: path.stem)
def test_the_words_of_every_rule_are_what_its_script_reads(path):
    config = Config.checked(merged(path), "")
    for case in config.datasets:
        for section in ("autoencoder", "transport"):
            values = config.section(section, case)
            kind = type(getattr(config, section))
            assert kind.from_items(words(values)) == kind(**values)
        data = config.case(case).data
        assert parse_items(words(data)) == data


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
    found += [Collapse.settings_class(name) for name in POINT_MODELS]
    found += [ImageStudy.settings_class(name) for name in IMAGE_MODELS]
    return sorted(set(found), key=lambda model: (model.__name__, model.__module__))


@pytest.mark.parametrize("model", all_settings(), ids=lambda model: model.__name__)
def test_every_key_is_explained(model):
    assert issubclass(model, Settings) and model.__doc__
    page = (ROOT / "config" / "README.md").read_text()
    spans = " ".join(re.findall(r"`[^`\n]+`", page))
    absent = [key for key in model.model_fields if not re.search(rf"\b{key}\b", spans)]
    assert not absent, f"config/README.md says nothing of {absent}"


def test_the_default_names_every_key_of_its_sections():
    """The default is where a user looks for what can be set."""
    values = read(DEFAULT)
    for section in ("autoencoder", "transport", "prd"):
        assert set(values[section]) == set(Config.model_fields[section].annotation.model_fields)
    assert set(Config.model_fields) == set(values)
