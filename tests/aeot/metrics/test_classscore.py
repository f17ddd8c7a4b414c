"""The class score: its bounds, a worked example, and torch-fidelity's own."""

import importlib

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.features.efficientnetlite0 import EfficientNetLite0
from aeot.features.settings import Classifier
from aeot.metrics.base import load_sets
from aeot.metrics.classscore import ClassScore, class_score


def test_one_distribution_for_all_is_the_least_and_certain_even_classes_the_most():
    assert class_score(np.tile([1.0, 2.0, 3.0], (5, 1))) == pytest.approx(1)
    assert class_score(1e4 * np.eye(7).repeat(3, axis=0)) == pytest.approx(7)


def test_a_worked_example():
    """Two images, (3/4, 1/4) and (1/4, 3/4): the mean is even, KL = log 2 - H(3/4)."""
    p = np.array([[0.75, 0.25], [0.25, 0.75]])
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert class_score(np.log(p) + 5) == pytest.approx(2 / np.exp(entropy))


def test_it_is_that_of_torch_fidelity():
    importlib.import_module("aeot.vision")  # torch-fidelity imports torchvision
    metric = pytest.importorskip("torch_fidelity.metric_isc")
    import torch

    logits = np.random.default_rng(0).normal(0, 3, (60, 9)).astype(np.float32)
    theirs = metric.isc_features_to_metric(torch.from_numpy(logits), splits=3, shuffle=False)
    layer = Classifier(np.eye(9, dtype=np.float32), np.zeros(9, np.float32))
    (row,) = ClassScore(splits=3).score({"fake": logits, "classifier": layer}).rows
    assert row["value"] == pytest.approx(theirs["inception_score_mean"], rel=1e-5)
    assert (row["metric"], row["n_fake"]) == ("class_score", 60)


def test_the_classifier_is_the_networks_own_last_layer(tmp_path):
    import torch

    from aeot.features import efficientnetlite0
    from aeot.features.extraction import extract

    images = np.random.default_rng(1).integers(0, 256, (2, 3, 40, 40), dtype=np.uint8)
    features = extract(EfficientNetLite0(size=64), images, torch.device("cpu"))
    np.savez(tmp_path / "features.npz", features=features)
    paths = {"fake": str(tmp_path / "features.npz"), "classifier": "efficientnetlite0"}
    layer = load_sets(ClassScore(), paths, settings={"classifier": ["size=64"]})["classifier"]
    wanted = efficientnetlite0._pretrained().fc(torch.from_numpy(features))
    found = features @ layer.weight.T + layer.bias
    np.testing.assert_allclose(found, wanted.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("settings", "shape", "fault"),
    [({}, (4, 3), "3 columns and the classifier needs 2"), ({"splits": 3}, (5, 2), "splits: 3")],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence(settings, shape, fault):
    layer = Classifier(np.ones((5, 2), np.float32), np.zeros(5, np.float32))
    with pytest.raises(InputError, match=fault):
        ClassScore(**settings).score({"fake": np.ones(shape, np.float32), "classifier": layer})


def test_an_extractor_without_a_classifier_is_one_sentence(tmp_path):
    np.savez(tmp_path / "features.npz", features=np.ones((4, 2), np.float32))
    paths = {"fake": str(tmp_path / "features.npz"), "classifier": "pixels"}
    with pytest.raises(InputError, match="extractor pixels has no classifier; use another"):
        load_sets(ClassScore(), paths)
