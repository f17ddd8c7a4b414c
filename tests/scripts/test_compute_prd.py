import csv

import numpy as np
import pytest

import compute_prd
from aeot.errors import InputError
from aeot.files import save_arrays


@pytest.fixture
def words(tmp_path):
    """Arguments of a fake set that covers one of the two real modes."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(100, 3)) / 10
    save_arrays(tmp_path / "real.npz", features=noise + 9 * (np.arange(100) % 2)[:, None])
    save_arrays(tmp_path / "fake.npz", features=noise[:60])
    return [
        *("--real-features", str(tmp_path / "real.npz")),
        *("--fake-features", str(tmp_path / "fake.npz")),
        *("--out-rows", str(tmp_path / "rows.csv")),
        *("--out-curve", str(tmp_path / "curve.csv")),
        *("--set", "clusters=2", "runs=2", "angles=51"),
    ]


def test_writes_the_scores_and_the_curve(tmp_path, words):
    compute_prd.main([*words, "--seed", "3"])
    rows = {row["metric"]: row for row in csv.DictReader((tmp_path / "rows.csv").open())}
    assert list(rows) == ["f8", "f1_8"]
    assert {(row["n_real"], row["n_fake"]) for row in rows.values()} == {("60", "60")}
    assert float(rows["f8"]["value"]) < 0.7 < 0.9 < float(rows["f1_8"]["value"])
    curve = list(csv.DictReader((tmp_path / "curve.csv").open()))
    assert len(curve) == 51
    assert list(curve[0]) == ["angle", "precision", "recall"]
    assert float(curve[0]["recall"]) == pytest.approx(0.5, abs=0.1)
    assert float(curve[-1]["precision"]) == pytest.approx(1)


def test_a_seed_repeats_the_bytes_and_another_one_cuts_otherwise(tmp_path, words):
    texts = []
    for seed in ("1", "1", "2"):
        compute_prd.main([*words, "--seed", seed])
        texts.append((tmp_path / "curve.csv").read_bytes())
    assert texts[0] == texts[1] != texts[2]


def test_an_unknown_setting_is_one_sentence(words):
    with pytest.raises(InputError, match="cluster is not a known key"):
        compute_prd.main([*words, "cluster=3"])
