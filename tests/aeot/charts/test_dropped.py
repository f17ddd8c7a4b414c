"""The Fréchet distance of real images: dropped classes, and its bias."""

import numpy as np
import pandas as pd
import pytest

from aeot.charts.bias import BiasFigure, bias_rows
from aeot.charts.dropped import DroppedFigure, dropped_rows
from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.metrics.fid import frechet_distance

WHERE = {"dataset": "grey", "extractor": "lite"}


@pytest.fixture
def classes():
    """Four classes, far apart; 40 training images of three, 25 of the last, 60 test images."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 7], [40, 40, 40, 25])
    centres = {0: (0, 0), 1: (9, 0), 2: (0, 9), 7: (9, 9)}
    at = np.array([centres[label] for label in labels])
    train = rng.normal(size=(145, 2)) + at
    test = rng.normal(size=(60, 2)) + np.array([*centres.values()])[np.arange(60) % 4]
    return train.astype(np.float32), labels, test.astype(np.float32)


def test_the_distance_falls_with_every_class_and_all_sets_have_one_size(classes):
    rows = pd.DataFrame(dropped_rows(*classes, draws=3))
    assert set(rows["n"]) == {25}  # of the smallest class
    means = rows.groupby("classes")["frechet_distance"].mean()
    assert list(means.index) == [1, 2, 3, 4] and (np.diff(means) < 0).all()
    assert means[4] < 0.1 * means[1]
    assert len(rows) == 12 and rows.equals(pd.DataFrame(dropped_rows(*classes, draws=3)))


def test_one_class_is_scored_against_the_first_test_images(classes):
    train, labels, test = classes
    rows = dropped_rows(train[labels == 7], labels[labels == 7], test, draws=1)
    (row,) = rows
    assert row["frechet_distance"] == pytest.approx(frechet_distance(test[:25], train[labels == 7]))


def test_attributes_are_no_classes(tmp_path, classes):
    train, _, test = classes
    save_arrays(tmp_path / "train.npz", features=train)
    save_arrays(tmp_path / "test.npz", features=test)
    save_arrays(tmp_path / "images.npz", labels=np.ones((145, 40), np.int64))
    files = {"train_features": [str(tmp_path / "train.npz")],
             "test_features": [str(tmp_path / "test.npz")],
             "train_images": [str(tmp_path / "images.npz")]}  # fmt: skip
    with pytest.raises(InputError, match=r"shape \(145, 40\) are not the classes"):
        DroppedFigure().collect(files, WHERE)


def test_the_bias_falls_with_n_and_is_that_of_equal_distributions():
    features = np.random.default_rng(2).normal(size=(1600, 8)).astype(np.float32)
    rows = pd.DataFrame(bias_rows(features, sizes=3, draws=6))
    means = rows.groupby(["covariance", "n"])["frechet_distance"].mean()
    for name in ("full", "diagonal"):
        assert (np.diff(means[name]) < 0).all() and list(means[name].index) == [200, 400, 800]
    assert (means["diagonal"] < means["full"]).all()
    # Of k normal axes: the means differ by 2 k / n, the standard deviations by k / n.
    assert means["diagonal"][800] == pytest.approx(3 * 8 / 800, rel=0.4)


def test_three_images_make_no_two_sets():
    with pytest.raises(InputError, match="3 images are too few for two sets"):
        bias_rows(np.zeros((3, 2)), 1, 1)


def test_both_are_drawn_with_their_means(classes):
    rows = pd.DataFrame(dropped_rows(*classes, draws=2))
    _, line = DroppedFigure().draw(rows, "Grey", WHERE, {}).axes[0].lines
    assert list(line.get_ydata()) == list(rows.groupby("classes")["frechet_distance"].mean())
    rows = pd.DataFrame(bias_rows(classes[0], sizes=2, draws=2))
    axes = BiasFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["full covariance", "diagonal covariance"]
