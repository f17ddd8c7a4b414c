"""One order and one name for models and data sets; FID only on Inception's features."""

from aeot.labels import (
    MODELS,
    dataset_label,
    distance_label,
    model_label,
    ordered_datasets,
    ordered_models,
)


def test_only_inception_is_called_fid():
    assert distance_label("inception") == "FID"
    assert distance_label("efficientnetlite0") == "FD (efficientnetlite0)"


def test_models_keep_one_order_and_unlisted_ones_come_last_by_name():
    shuffled = ["zeta", "vae", "aeot", "alpha", "floor", "aeot"]
    assert ordered_models(shuffled) == ["floor", "aeot", "vae", "alpha", "zeta"]
    assert ordered_models(reversed(list(MODELS))) == list(MODELS)
    assert model_label("zeta") == "zeta"


def test_labels_of_models_are_distinct():
    assert len(set(MODELS.values())) == len(MODELS)


def test_a_case_with_its_own_name_shows_both_names():
    assert dataset_label("mnist", "mnist") == "MNIST"
    assert dataset_label("faces", "celeba") == "CelebA, faces"
    assert dataset_label("unheardof", "unheardof") == "unheardof"


def test_datasets_are_sorted_by_source():
    cases = [("mine", "imagefolder"), ("faces", "celeba"), ("mnist", "mnist"), ("b", "new")]
    assert ordered_datasets([*cases, cases[0]]) == [cases[2], cases[1], cases[0], cases[3]]
