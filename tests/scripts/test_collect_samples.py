"""The list of pictures, from files to CSV."""

import numpy as np
import pytest

import collect_rows
from aeot.errors import InputError
from aeot.files import load_rows


def images(path, count):
    np.savez(path, images=np.zeros((count, 1, 2, 2), np.uint8))
    return path


def test_blocks_are_listed_from_left_to_right(tmp_path):
    real, ae = images(tmp_path / "test.npz", 9), images(tmp_path / "ae.npz", 4)
    out = tmp_path / "samples.csv"
    collect_rows.main(
        ["--collection", "samples", "--files", f"images={real}", f"images={ae}",
         "--set", "rows=2", "columns=2", 'names=["real", "ae"]', "--out-rows", str(out)]
    )  # fmt: skip
    rows = load_rows(out, "block", "row", "column", "file", "index")
    assert [row["block"] for row in rows] == ["real"] * 4 + ["ae"] * 4
    assert [(row["row"], row["column"], row["index"]) for row in rows[4:]] == [
        ("0", "0", "0"), ("0", "1", "1"), ("1", "0", "2"), ("1", "1", "3"),
    ]  # fmt: skip
    assert {row["file"] for row in rows[:4]} == {str(real)}


def test_faults_are_named(tmp_path):
    real = images(tmp_path / "test.npz", 3)
    words = ["--collection", "samples", "--out-rows", str(tmp_path / "samples.csv")]
    for path, names, fault in (
        (real, '["real", "ae"]', "1 files have 2 names"),
        (tmp_path / "absent.npz", '["real"]', "absent.npz does not exist"),
    ):
        with pytest.raises(InputError, match=fault):
            collect_rows.main([*words, "--files", f"images={path}", "--set", f"names={names}"])
    assert not (tmp_path / "samples.csv").exists()
