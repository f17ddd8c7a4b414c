"""One order and one name for models and data sets; FID only on Inception's features."""

from pathlib import Path

import pytest
import yaml

from aeot.labels import (
    MODELS,
    POINTS,
    dataset_label,
    distance_label,
    model_label,
    ordered_datasets,
    ordered_models,
)

METHODS = yaml.safe_load(
    (Path(__file__).resolve().parents[2] / "config" / "config.yaml").read_text()
)["methods"]


def test_only_inception_is_called_fid():
    assert distance_label("inception") == "FID"
    assert distance_label("efficientnetlite0") == "FD (efficientnetlite0)"


def test_models_keep_one_order_and_unlisted_ones_come_last_by_name():
    shuffled = ["zeta", "vae", "aeot", "alpha", "floor", "aeot"]
    assert ordered_models(shuffled) == ["floor", "aeot", "vae", "alpha", "zeta"]
    assert ordered_models(reversed(list(MODELS))) == list(MODELS)
    assert ordered_models(reversed(list(POINTS))) == list(POINTS)
    assert model_label("zeta") == "zeta"


@pytest.mark.parametrize("listed", [MODELS, POINTS])
def test_labels_within_a_table_are_distinct(listed):
    assert len(set(listed.values())) == len(listed)


def test_methods_of_the_configuration_have_a_label_with_the_others_of_their_kind():
    points = {name for name, method in METHODS.items() if method.get("of") == "points"}
    assert points == POINTS.keys()
    assert METHODS.keys() - points == MODELS.keys() - {"floor"}
    assert model_label("alimlp") == model_label("ali") == "ALI"


def test_a_case_with_its_own_name_shows_both_names():
    assert dataset_label("mnist", "mnist") == "MNIST"
    assert dataset_label("faces", "celeba") == "CelebA, faces"
    assert dataset_label("unheardof", "unheardof") == "unheardof"


def test_datasets_are_sorted_by_source():
    cases = [("mine", "imagefolder"), ("faces", "celeba"), ("mnist", "mnist"), ("b", "new")]
    assert ordered_datasets([*cases, cases[0]]) == [cases[2], cases[1], cases[0], cases[3]]
