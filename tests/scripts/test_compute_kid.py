import csv

import numpy as np

import compute_kid
from aeot.files import save_arrays


def test_writes_the_distance_and_its_error(tmp_path):
    rng = np.random.default_rng(0)
    save_arrays(tmp_path / "real.npz", features=rng.normal(size=(40, 3)))
    save_arrays(tmp_path / "fake.npz", features=rng.normal(size=(60, 3)) + 2)
    compute_kid.main(
        [
            *("--real-features", str(tmp_path / "real.npz")),
            *("--fake-features", str(tmp_path / "fake.npz")),
            *("--out-rows", str(tmp_path / "rows.csv")),
        ]
    )
    rows = {row["metric"]: row for row in csv.DictReader((tmp_path / "rows.csv").open())}
    assert list(rows) == ["kernel_distance", "kernel_distance_se"]
    value, error = (float(row["value"]) for row in rows.values())
    assert value > 3 * error > 0
    assert {(row["n_real"], row["n_fake"]) for row in rows.values()} == {("40", "60")}
