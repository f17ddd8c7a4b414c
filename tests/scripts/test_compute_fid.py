import csv

import numpy as np
import pytest

import compute_fid
from aeot.errors import InputError
from aeot.files import save_arrays


def features(path, n=30, k=4, **more):
    rng = np.random.default_rng(n)
    save_arrays(path, features=more.get("features", rng.normal(size=(n, k)).astype(np.float32)))
    return str(path)


def arguments(tmp_path, real, fake):
    out = str(tmp_path / "rows.csv")
    return ["--real-features", real, "--fake-features", fake, "--out-rows", out]


def test_writes_one_row_over_all_rows_given(tmp_path):
    real, fake = features(tmp_path / "a.npz", 30), features(tmp_path / "b.npz", 50)
    compute_fid.main(arguments(tmp_path, real, fake))
    (row,) = csv.DictReader((tmp_path / "rows.csv").open())
    assert list(row) == ["metric", "value", "n_real", "n_fake"]
    assert (row["metric"], row["n_real"], row["n_fake"]) == ("frechet_distance", "30", "50")
    assert float(row["value"]) > 0


def test_a_second_run_writes_the_same_bytes(tmp_path):
    words = arguments(tmp_path, features(tmp_path / "a.npz", 30), features(tmp_path / "b.npz", 50))
    texts = []
    for _ in range(2):
        compute_fid.main(words)
        texts.append((tmp_path / "rows.csv").read_bytes())
    assert texts[0] == texts[1]


def test_each_fault_is_one_sentence_and_nothing_is_written(tmp_path):
    good = features(tmp_path / "good.npz")
    faults = {
        str(tmp_path / "missing.npz"): "missing.npz does not exist",
        features(tmp_path / "wide.npz", k=7): "4 columns and the fake ones 7",
        features(tmp_path / "one.npz", n=1): "the fake features have 1 row",
        features(tmp_path / "nan.npz", features=np.full((5, 4), np.nan)): "nan.npz.*not finite",
    }
    for fake, message in faults.items():
        with pytest.raises(InputError, match=message):
            compute_fid.main(arguments(tmp_path, good, fake))
    assert not (tmp_path / "rows.csv").exists()
