"""The studies in the configuration: their rows, and what each row is trained with."""

import copy
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from aeot.config import Config
from aeot.datasets import DATASETS
from aeot.errors import InputError
from aeot.models import IMAGE_MODELS
from aeot.models.config import ImageStudy

CONFIG = Path(__file__).resolve().parents[3] / "config"
VALUES = yaml.safe_load((CONFIG / "config.yaml").read_text())


def edited(path, value):
    """The default's values with one of them changed; the path is a list of keys."""
    values = copy.deepcopy(VALUES)
    place = values
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return values


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (["adversarial", "rows"], ["nsgann"], r"adversarial.rows: 'nsgann' is not known; .*nsgan"),
        (["adversarial", "rows"], ["vae", "vae"], "every entry may be listed once"),
        (["adversarial", "datasets"], ["mnist"], "adversarial.datasets: 'mnist' is not known"),
        (["adversarial", "row_settings"], {"a": {"model": "gan"}}, "'gan' is not a known model"),
        (
            ["adversarial", "row_settings"],
            {"vae": {"model": "vae", "set": {"critic_steps": 2}}},
            r"adversarial\.row_settings\.vae\.set\.critic_steps is not a known key; .*encoder_norm",
        ),
        (["adversarial", "row_settings"], {"data": {"model": "vae"}}, "'data' is taken"),
        (["models"], ["ae", "vae"], "models"),
    ],
)
def test_a_fault_in_the_study_of_models_of_images_is_named(path, value, expected):
    with pytest.raises(InputError, match=expected):
        Config.checked(edited(path, value), "")


def test_the_steps_of_mode_collapse_are_those_of_gans():
    study = Config.checked(copy.deepcopy(VALUES), "").collapse
    counted = {row for row in study.rows if "steps" in study.words_of(row)}
    assert counted == {"gan", "ali", "md", "pacgan2", "pacgan3", "pacgan4"}
    assert study.words_of("gan")["steps"] == study.steps


def test_the_published_steps_of_mode_collapse_are_pacgans():
    values = copy.deepcopy(VALUES)
    values["collapse"]["steps"] = "published"
    study = Config.checked(values, "").collapse
    assert study.words_of("pacgan2") == {"pack": 2, "steps": 400_000}
    assert "steps" not in study.words_of("gmm")
    values["collapse"]["steps"] = "paper"
    with pytest.raises(InputError, match="collapse.steps"):
        Config.checked(values, "")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (["autoencoders", "rows"], ["aee"], r"autoencoders.rows: 'aee' is not known; .*waemmd"),
        (["samplers", "rows"], ["aehist"], r"samplers.rows: 'aehist' is not known; .*aekde"),
        (["samplers", "rows"], ["aekde", "aekde"], "every entry may be listed once"),
        (["samplers", "row_settings", "aekde", "of"], "gloo", r"aekde.of: 'gloo' is not known"),
        (
            ["samplers", "row_settings", "aekde", "of"],
            "wgan",
            r"aekde.of: 'wgan' .*gaia",
        ),  # no codes
        (["autoencoders", "rows"], ["vae"], r"samplers.row_settings.glann.of: 'glo' is not known"),
        (["samplers", "row_settings", "aekde", "model"], "hist", "'hist' is not a known model of"),
        (["samplers", "row_settings", "aekde", "set"], {"bins": 2}, r"aekde\.set\.bins is not a"),
        (["samplers", "row_settings", "vae"], {"model": "kde"}, None),
    ],
)
def test_a_fault_in_the_study_of_autoencoders_is_named(path, value, expected):
    values = edited(path, value)
    if expected is None:  # a name that is trained elsewhere
        values["samplers"]["rows"] = ["vae"]
        expected = "samplers.rows: 'vae' is listed elsewhere too"
    with pytest.raises(InputError, match=expected):
        Config.checked(values, "")


def test_a_row_of_two_studies_is_trained_as_the_first_says():
    values = copy.deepcopy(VALUES)
    values["adversarial"] |= {"steps": 7, "hyperparameters": "published"}
    values["autoencoders"]["steps"] = 9
    config = Config.checked(values, "")
    assert config.study_of("vae") == config.adversarial
    assert config.trained("vae", "mnist5k") == {"steps": 7}
    assert config.trained("glo", "mnist5k")["steps"] == 9


def test_hyper_parameters_for_short_trainings_lie_under_a_rows_own():
    values = copy.deepcopy(VALUES)
    values["adversarial"]["row_settings"] = {"wgan": {"model": "wgan", "set": {"critic_steps": 3}}}
    study = Config.checked(values, "").adversarial
    short = study.settings_class("wgan").SHORT
    assert study.words_of("wgan") == {
        **short,
        "critic_steps": 3,
        "steps": values["adversarial"]["steps"],
    }
    values["adversarial"]["hyperparameters"] = "published"
    study = Config.checked(values, "").adversarial
    assert set(study.words_of("wgan")) == {"critic_steps", "steps"}


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_what_a_model_says_for_short_trainings_holds(name):
    kind = ImageStudy.settings_class(name)
    assert set(kind.SHORT) <= set(kind.model_fields)
    changed = {key for key, value in kind(**kind.SHORT) if value != getattr(kind(), key)}
    assert changed <= set(kind.SHORT)
    if "learning_rate" in changed:
        assert kind(**kind.SHORT).learning_rate > kind().learning_rate


def test_a_draw_lays_its_hyper_parameters_over_its_row():
    values = copy.deepcopy(VALUES)
    values["adversarial"] |= {
        "rows": ["wgan"], "draws": 2, "steps": 7, "hyperparameters": "published",
        "row_settings": {"wgan": {"model": "wgan", "set": {"width": 8, "clip": 0.5}}},
    }  # fmt: skip
    config = Config.checked(values, "")
    study = config.adversarial
    assert study.drawn_rows() == ["wgandraw1", "wgandraw2"]
    assert study.words_of("wgan") == {"width": 8, "clip": 0.5, "steps": 7}
    first, second = (study.words_of(row) for row in study.drawn_rows())
    assert set(first) == {"width", "steps", "clip", *study.settings_class("wgan").WIDE}
    assert first["width"] == 8 and first["clip"] != 0.5 and first != second
    assert first == Config.checked(values, "").adversarial.words_of("wgandraw1")


def test_a_data_set_has_its_own_number_of_steps():
    values = copy.deepcopy(VALUES)
    update_config(values, yaml.safe_load((CONFIG / "presets" / "paper.yaml").read_text()))
    config = Config.checked(values, "")
    steps = {name: config.trained("nsgan", name)["steps"] for name in config.adversarial.datasets}
    assert steps == {"mnist": 15625, "fashionmnist": 15625, "cifar10": 78125, "celeba": 101250}


def test_a_row_that_names_its_steps_keeps_them_and_so_do_its_draws():
    values = copy.deepcopy(VALUES)
    values["adversarial"]["row_settings"] = {"vae": {"model": "vae", "set": {"steps": 7}}}
    values["dataset_settings"]["mnist5k"]["steps"] = 9
    config = Config.checked(values, "")
    steps = [config.trained(row, "mnist5k")["steps"] for row in ("vae", "vaedraw1", "nsgandraw1")]
    assert steps == [7, 7, 9]


def published(source, **rows):
    """The default's values with a case of a source, whose trainings have published budgets."""
    values = copy.deepcopy(VALUES)
    values["datasets"], values["dataset_settings"] = ["case"], {"case": {"source": source}}
    values["adversarial"] |= {"steps": "published", "row_settings": rows}
    values["autoencoders"] |= {"steps": "published"}
    return values


def test_published_steps_are_those_of_the_cases_source_and_yield_to_numbers():
    long = {"model": "nsgan", "set": {"epochs": 3}}
    values = published("celeba", long=long)
    values["adversarial"]["rows"] = ["nsgan", "long"]
    config = Config.checked(values, "")
    assert config.trained("nsgan", "case")["steps"] == 101_250
    assert config.trained("nsgandraw1", "case")["steps"] == 101_250
    words = config.trained("long", "case")
    assert words["epochs"] == 3 and "steps" not in words
    values["dataset_settings"]["case"]["steps"] = 9
    assert Config.checked(values, "").trained("nsgan", "case")["steps"] == 9
    values["adversarial"]["steps"], values["dataset_settings"]["case"]["steps"] = 9, "published"
    assert Config.checked(values, "").trained("nsgan", "case")["steps"] == 101_250


def test_a_model_states_its_budget_for_all_other_data_sets(monkeypatch):
    kinds = [ImageStudy.settings_class(name) for name in IMAGE_MODELS]
    for kind in kinds:
        monkeypatch.setattr(kind, "PUBLISHED", {"mnist": {"steps": 2}, "default": {"epochs": 7}})
    words = Config.checked(published("cifar10"), "").trained("glo", "case")
    assert words["epochs"] == 7 and "steps" not in words
    assert Config.checked(published("mnist"), "").trained("glo", "case")["steps"] == 2


def test_a_data_set_without_a_published_budget_is_one_sentence():
    with pytest.raises(InputError, match=r"mmgan has no published budget for the data set 'shap"):
        Config.checked(published("shapes"), "")


AUTHORS = [
    ("glo", "mnist", {"net": "glo", "epochs": 200}),
    ("glo", "cifar10", {"net": "glo", "generator_norm": False, "epochs": 500}),
    ("waemmd", "mnist", {"net": "wae", "codes": 8, "batch_size": 100, "epochs": 100}),
    ("aae", "mnist", {"net": "wae", "codes": 8, "batch_size": 100, "epochs": 100}),
    ("waegan", "fashionmnist", {"batch_size": 100, "epochs": 100}),
    ("waemmd", "celeba", {"net": "wae", "batch_size": 100, "prior_deviation": 2**0.5,
                          "decay": "smooth", "penalty": 100, "epochs": 55}),
    ("waegan", "celeba", {"net": "wae", "batch_size": 100, "prior_deviation": 2**0.5,
                          "decay": "smooth", "penalty": 1, "learning_rate": 3e-4,
                          "adversary_rate": 1e-3, "adversary_units": 1024, "epochs": 55}),
    ("gaia", "mnist", {"steps": 15_625}),
    ("gaia", "celeba", {"net": "gaia", "codes": 1024, "batch_size": 8, "steps": 101_250}),
    ("ali", "fashionmnist", {"steps": 15_625}),
    ("ali", "cifar10", {"batch_size": 100, "epochs": 6475}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "source", "wanted"), AUTHORS)
def test_published_hyperparameters_are_the_authors_of_a_model_on_a_data_set(row, source, wanted):
    values = published(source)
    values["autoencoders"]["hyperparameters"] = "published"
    assert Config.checked(values, "").trained(row, "case") == wanted


def test_a_row_s_own_settings_go_before_its_authors():
    values = published("cifar10")
    values["autoencoders"] |= {
        "hyperparameters": "published",
        "row_settings": {"glo": {"model": "glo", "set": {"net": "infogan", "width": 8}}},
    }
    words = Config.checked(values, "").trained("glo", "case")
    assert words == {"net": "infogan", "width": 8, "generator_norm": False, "epochs": 500}


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_the_settings_of_a_model_s_authors_are_settings_of_it(name):
    kind = ImageStudy.settings_class(name)
    for source, own in kind.AUTHORS.items():
        assert source in (*DATASETS, "default")
        kind.checked(own, name)


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_the_published_budgets_of_a_model_are_settings_of_it(name):
    kind = ImageStudy.settings_class(name)
    for source, budget in kind.PUBLISHED.items():
        assert source in (*DATASETS, "default") and len(budget) == 1
        kind.checked(budget, name)


def test_epochs_are_counted_in_steps_without_what_fills_no_batch():
    kind = ImageStudy.settings_class("nsgan")
    settings = kind(epochs=3, batch_size=64)
    assert settings.counted(1000).steps == 3 * 15  # 15 * 64 = 960
    assert settings.counted(40).steps == 3  # one batch, of all images
    assert settings.counted(1000).momentum() == 10 / 45
    assert kind(steps=8).counted(1000).steps == 8
    again = kind.checked(settings.counted(1000).model_dump(), "file")
    assert again.steps == 45 and again.epochs is None
    with pytest.raises(InputError, match="steps or epochs, not both"):
        kind.checked({"steps": 2, "epochs": 3}, "set")


@pytest.mark.parametrize("hyperparameters", ["published", "short"])
@pytest.mark.parametrize("name", ["lsgan", "dragan", "began", "vae"])
def test_without_a_word_the_variant_is_that_of_the_published_numbers(name, hyperparameters):
    values = copy.deepcopy(VALUES)
    values["adversarial"]["hyperparameters"] = hyperparameters
    study = Config.checked(values, "").adversarial
    rows = [name, f"{name}draw1"]
    found = [study.settings_class(name)(**study.words_of(row)).variant for row in rows]
    assert found == ["lucic_v1", "lucic_v1"]
