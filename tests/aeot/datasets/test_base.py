import numpy as np
import pytest

from aeot import files
from aeot.datasets.base import Split, save_splits, with_validation
from aeot.datasets.settings import DatasetSettings
from aeot.datasets.shapes import Shapes
from aeot.errors import InputError


def images(count: int, channels: int = 1) -> np.ndarray:
    return np.full((count, channels, 4, 4), count, np.uint8)


class Counted(Shapes):
    """A data set that only chooses."""


def choose(split, available, **settings):
    return Counted(DatasetSettings(**settings)).choose(split, available)


def test_all_are_chosen_in_another_order_by_default():
    order = choose("train", 100)
    assert sorted(order) == list(range(100)) and order.tolist() != sorted(order)


def test_train_and_test_have_their_own_streams():
    assert choose("train", 100).tolist() != choose("test", 100).tolist()


def test_the_counts_belong_to_their_splits():
    assert len(choose("train", 9, train_count=4)) == 4
    assert len(choose("test", 9, train_count=4)) == 9
    with pytest.raises(InputError, match="test_count asks for 10 images, but there are 9"):
        choose("test", 9, test_count=10)


@pytest.mark.parametrize("count", [0, -1, 1.5, "many"])
def test_a_count_is_a_positive_whole_number(count):
    with pytest.raises(InputError, match="train_count"):
        DatasetSettings.checked({"train_count": count}, "x")


def test_both_files_are_written(tmp_path):
    train, test = Split(images(3), np.array([1, 2, 3])), Split(images(2), np.array([0, 1]))
    save_splits(train, test, tmp_path / "data" / "train.npz", tmp_path / "data" / "test.npz")
    loaded = files.load_arrays(tmp_path / "data" / "train.npz")
    assert loaded["images"].shape == (3, 1, 4, 4) and loaded["labels"].dtype == np.int64
    assert len(list((tmp_path / "data").iterdir())) == 2


def test_no_labels_no_array(tmp_path):
    save_splits(Split(images(3)), Split(images(2)), tmp_path / "a.npz", tmp_path / "b.npz")
    assert list(files.load_arrays(tmp_path / "a.npz")) == ["images"]


def test_a_failure_in_the_second_file_leaves_both_as_they_were(tmp_path, monkeypatch):
    paths = tmp_path / "train.npz", tmp_path / "test.npz"
    for path in paths:
        path.write_text("before")
    save = files.save_arrays

    def fail_on_test(path, **arrays):
        if "test" in path.name:
            raise OSError("disk full")
        save(path, **arrays)

    monkeypatch.setattr(files, "save_arrays", fail_on_test)
    with pytest.raises(OSError, match="disk full"):
        save_splits(Split(images(3)), Split(images(2)), *paths)
    assert [path.read_text() for path in paths] == ["before", "before"]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("train", "fault"),
    [
        (images(3, channels=3), "must be equal"),
        (images(0), "train images must be uint8"),
        (images(3).astype(np.float32), "float32"),
        (images(3)[0], "train images"),
    ],
)
def test_unlike_or_empty_splits_are_refused(train, fault, tmp_path):
    with pytest.raises(InputError, match=fault):
        save_splits(Split(train), Split(images(2)), tmp_path / "a.npz", tmp_path / "b.npz")
    assert list(tmp_path.iterdir()) == []


def test_validation_images_are_training_images_that_no_longer_train():
    train = Split(np.arange(5, dtype=np.uint8).reshape(5, 1, 1, 1), np.arange(5))
    test = Split(np.full((2, 1, 1, 1), 9, np.uint8), np.array([9, 9]))
    kept, held = with_validation(train, test, 2)
    assert (kept.images.ravel().tolist(), kept.labels.tolist()) == ([0, 1, 2], [0, 1, 2])
    assert (held.images.ravel().tolist(), held.labels.tolist()) == ([3, 4], [3, 4])
    assert with_validation(train, test, None) == (train, test)
    assert with_validation(Split(train.images), test, 1)[1].labels is None
    with pytest.raises(InputError, match="validation_count is 5, but there are 5 training"):
        with_validation(train, test, 5)
