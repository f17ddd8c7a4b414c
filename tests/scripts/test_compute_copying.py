"""From files of features to rows."""

import numpy as np
import pytest

import compute_copying
from aeot.errors import InputError
from aeot.files import load_rows, save_arrays


@pytest.fixture
def words(tmp_path):
    rng = np.random.default_rng(0)
    for name, count in (("train", 40), ("real", 20), ("fake", 12)):
        save_arrays(tmp_path / f"{name}.npz", features=rng.normal(size=(count, 5)))
    return [word for name in ("train", "real", "fake")
            for word in (f"--{name}-features", str(tmp_path / f"{name}.npz"))]  # fmt: skip


def test_a_row_for_every_score(words, tmp_path):
    compute_copying.main([*words, "--out-rows", str(tmp_path / "rows.csv")])
    rows = load_rows(tmp_path / "rows.csv", "metric", "value", "n_real", "n_fake")
    names = [row["metric"] for row in rows]
    assert names == ["novelty", "authenticity", "authenticity_test", "test_recall"]
    assert {(row["n_real"], row["n_fake"]) for row in rows} == {("20", "12")}


def test_features_of_another_extractor_leave_nothing(words, tmp_path):
    save_arrays(tmp_path / "train.npz", features=np.zeros((40, 4)))
    with pytest.raises(InputError, match="same extractor"):
        compute_copying.main([*words, "--out-rows", str(tmp_path / "rows.csv")])
    assert not (tmp_path / "rows.csv").exists()
