"""The list of pictures, from files to CSV."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from aeot.errors import InputError
from aeot.files import load_rows

main = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "list_samples.py"))["main"]


def images(path, count):
    np.savez(path, images=np.zeros((count, 1, 2, 2), np.uint8))
    return path


def test_blocks_are_listed_from_left_to_right(tmp_path):
    real, ae = images(tmp_path / "test.npz", 9), images(tmp_path / "ae.npz", 4)
    out = tmp_path / "samples.csv"
    main(["--images", f"real={real}", f"ae={ae}", "--set", "rows=2", "columns=2",
          "--out-rows", str(out)])  # fmt: skip
    rows = load_rows(out, "block", "row", "column", "file", "index")
    assert [row["block"] for row in rows] == ["real"] * 4 + ["ae"] * 4
    assert [(row["row"], row["column"], row["index"]) for row in rows[4:]] == [
        ("0", "0", "0"), ("0", "1", "1"), ("1", "0", "2"), ("1", "1", "3"),
    ]  # fmt: skip
    assert {row["file"] for row in rows[:4]} == {str(real)}


def test_faults_are_named(tmp_path):
    real = images(tmp_path / "test.npz", 3)
    for words, fault in (
        ([str(real)], "NAME=VALUE"),
        ([f"real={tmp_path / 'absent.npz'}"], "absent.npz does not exist"),
    ):
        with pytest.raises(InputError, match=fault):
            main(["--images", *words, "--out-rows", str(tmp_path / "samples.csv")])
    assert not (tmp_path / "samples.csv").exists()
