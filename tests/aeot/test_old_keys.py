"""Keys of earlier configurations: each is refused in a sentence that names the new key."""

import pytest
import yaml

from aeot.config import Config
from aeot.old_keys import MOVED, refuse_old_keys
from aeot.settings import Settings

ANY = {"model": "vae", "set": {"width": 8}}
# What an old file said, and words of the sentence that says where it belongs now.
OLD = [
    ("models: [ae, aeot]", ["studies.main.methods"]),
    ("model_settings: {aeot: {threshold: 0.5}}", ["methods.NAME", "set", "sampler: transport"]),
    ("model_settings: {ae: {variant: reconstruction}}", ["sampler: reconstruction"]),
    ("model_settings: {aeot: {count: 300}}", ["drawn_images"]),
    ("adversarial: {rows: [vae]}", ["studies.adversarial", "methods"]),
    ("adversarial: {row_settings: {vae: {model: vae}}}", ["methods.NAME", "set"]),
    ("adversarial: {steps: 7}", ["training", "steps"]),
    ("adversarial: {hyperparameters: short}", ["training", "hyperparameters"]),
    ("adversarial: {looks: 9}", ["training", "snapshot_images"]),
    ("adversarial: {count: 9}", ["drawn_images"]),
    ("adversarial: {draws: 1, search: wide}", ["studies.adversarial", "search", "draws", "ranges"]),
    ("adversarial: {datasets: [mnist], metrics: [fid]}", ["studies.adversarial", "datasets",
                                                          "metrics"]),
    ("autoencoders: {rows: [vae]}", ["studies.autoencoders", "methods"]),
    ("autoencoders: {row_settings: {vae: {model: vae}}}", ["methods.NAME", "set"]),
    ("autoencoders: {steps: 7, hyperparameters: short, looks: 9, count: 8}",
     ["training", "steps", "hyperparameters", "snapshot_images", "drawn_images"]),
    ("samplers: {rows: [aekde]}", ["studies.STUDY.methods"]),
    ("samplers: {count: 5}", ["drawn_images"]),
    ("samplers: {row_settings: {aekde: {model: kde}}}", ["methods.NAME", "sampler", "of", "set"]),
    ("collapse: {rows: [data], mixtures: [grid]}", ["studies.collapse", "methods", "datasets",
                                                    "studies.modes"]),
    ("collapse: {trials: 2, training_points: 10, steps: 3}",
     ["mixtures", "trials", "points", "steps"]),
    ("collapse: {row_settings: {gan: {model: pacgan}}}", ["methods.NAME", "sampler", "of: points"]),
    ("frontier: {curves: [aeot]}", ["studies.geometry", "methods"]),
    ("frontier: {draws: 3}", ["studies.geometry.sweep", "draws"]),
    ("frontier: {curve_settings: {aeot: {over: spread, values: [1]}}}",
     ["studies.geometry.sweep", "over", "setting"]),
    ("prd: {clusters: 20}", ["metric_settings.prd"]),
    ("convexity: {pairs: 40}", ["metric_settings.convexity"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "words"), OLD)
def test_an_old_key_is_refused_with_what_it_is_called_now(refused, old, words):
    values = yaml.safe_load(old)
    (key,) = values
    text = refused(values)
    assert text.startswith(f"{key} is now ")
    assert [word for word in words if word not in text] == []


def test_an_old_setting_of_a_method_is_named_in_full(refused):
    method = {"sampler": "flowmatching", "set": {"solver_steps": 50}}
    text = refused({"methods": {"aeflow": method}})
    assert text.startswith("methods.aeflow.set.solver_steps is now methods.aeflow.set.evaluations")


def test_an_old_key_of_a_data_set_is_named_in_full(refused):
    case = {"model_settings": {"aeot": {"threshold": 0.68}}}
    text = refused({"dataset_settings": {"mnist5k": case}})
    assert text.startswith(
        "dataset_settings.mnist5k.model_settings is now dataset_settings.mnist5k.methods"
    )


def test_an_old_figure_is_named(refused):
    text = refused({"figures": {"walks": {"rows": 3}, "samples": {}}})
    assert "figures.walks is now figures.interpolations (CHANGELOG.md" in text


def test_all_old_keys_of_a_file_are_named_at_once(refused):
    text = refused({"models": ["ae"], "prd": {"clusters": 2}},
                   {"dataset_settings": {"a": {"model_settings": {}}}})  # fmt: skip
    assert "models is now " in text and "; prd is now metric_settings.prd" in text
    assert "; dataset_settings.a.model_settings is now dataset_settings.a.methods" in text


def test_every_old_key_is_one_that_is_gone_and_says_keys_that_there_are():
    assert MOVED.keys() == {key for old, _ in OLD for key in yaml.safe_load(old)}
    assert not MOVED.keys() & Config.model_fields.keys()
    for sentence in MOVED.values():
        firsts = {word.strip("(),").partition(".")[0] for word in sentence.split() if "." in word}
        assert firsts <= Config.model_fields.keys(), sentence


@pytest.mark.parametrize("values", [{}, {"dataset_settings": None}, {"dataset_settings": {"a": 1}},
                                    {"metrics": []}, {5: 5}])  # fmt: skip
def test_other_keys_are_left_to_the_settings_classes(values):
    assert refuse_old_keys(values) is None


@pytest.mark.parametrize("values", [None, [], "models", 5])
def test_what_is_no_mapping_is_refused_all_the_same(values):
    with pytest.raises(Exception, match="valid dictionary") as caught:
        Config.checked(values, "config")
    assert "\n" not in str(caught.value) and issubclass(Config, Settings)
