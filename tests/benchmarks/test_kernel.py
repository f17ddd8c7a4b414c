"""The kernel's benchmark: every column is measured, and ratios are to the bare products."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import kernel


def test_rows_hold_times_and_their_ratios_to_the_bare_products(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel, "SHAPES", [(2, 300), (16, 200)])
    kernel.main([
        "--device", "cpu", "--rounds", "1", "--threads", "1", "--out-rows", str(tmp_path / "k.csv")
    ])  # fmt: skip
    rows = kernel.files.load_rows(tmp_path / "k.csv", *kernel.COLUMNS)
    assert [row["dimension"] for row in rows] == ["2", "16"]
    for row in rows:
        bare = float(row["product_ns"])
        assert bare > 0
        for name in ("best", "best_two", "crossed"):
            ratio = float(row[f"{name}_ns"]) / bare
            assert float(row[f"{name}_ratio"]) == pytest.approx(ratio, rel=0.02, abs=0.02)
