import numpy as np
import pytest

from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.metrics.base import COLUMNS, check_pair, load_sets, row
from aeot.metrics.fid import Fid
from aeot.metrics.sharpness import Sharpness


def test_only_what_is_needed_is_read(tmp_path):
    for name, value in (("real", 1.0), ("fake", 2.0)):
        save_arrays(tmp_path / f"{name}.npz", features=np.full((3, 2), value))
    paths = {name: str(tmp_path / f"{name}.npz") for name in ("train", "fake", "real")}
    sets = load_sets(Fid(), paths)  # there is no train.npz
    assert list(sets) == ["real", "fake"]
    assert (sets["real"].max(), sets["fake"].max()) == (1, 2)


def test_images_are_cut_and_features_are_not(tmp_path):
    save_arrays(tmp_path / "images.npz", images=np.zeros((5, 1, 4, 4), np.uint8))
    save_arrays(tmp_path / "features.npz", features=np.ones((5, 2)))
    assert len(load_sets(Sharpness(), {"images": str(tmp_path / "images.npz")}, 3)["images"]) == 3
    path = str(tmp_path / "features.npz")
    assert len(load_sets(Fid(), {"real": path, "fake": path}, 3)["real"]) == 5


def test_a_row_has_the_columns():
    assert list(row("f8", np.float32(0.5), 3, 4)) == COLUMNS
    assert type(row("f8", np.float32(0.5), 3, 4)["value"]) is float


def test_integers_can_be_compared():
    check_pair(np.ones((2, 2), np.uint8), np.ones((2, 2)), least=2)


def test_infinity_is_refused():
    with pytest.raises(InputError, match="fake features contain a number"):
        check_pair(np.ones((2, 2)), np.array([[1, 2], [3, np.inf]]), least=2)
