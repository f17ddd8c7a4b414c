"""The file of rows: whole lines count, the last of a case, and what a kill leaves does no harm."""

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from benchmarks.gpu.rows import KEYS, Rows, describe, key, show
from benchmarks.gpu.table import build


def row(case, status="done", why="", **values):
    first = dict.fromkeys(KEYS, "") | {"part": "mixtures", "case": case, "tiny": False}
    more = {"seconds": 1.5, "commit": "abc", "cuda": "13.0", "driver": None}
    return first | more | {"status": status, "why": why, "values": values}


def test_the_last_row_of_a_case_counts_and_a_torn_line_is_left_out(tmp_path):
    rows = Rows(tmp_path / "new" / "rows.jsonl")
    rows.settle()
    assert rows.latest() == {}
    for one in (row("a", steps=1), row("b"), row("a", steps=2, bad=math.nan)):
        rows.append(one)
    whole = rows.path.read_bytes()
    rows.path.write_bytes(whole + whole[:40])  # killed while it wrote
    rows.settle()
    rows.append(row("c"))
    found = rows.latest()
    assert [found[key(row(case))]["case"] for case in "abc"] == ["a", "b", "c"]
    assert found[key(row("a"))]["values"] == {"steps": 2, "bad": None}
    before = rows.path.read_bytes()
    rows.settle()
    assert rows.path.read_bytes() == before


def test_results_are_said_with_three_digits():
    said = describe(
        row("gan", "cut", "5 steps", steps=12_345, rate=1234.5, share=0.12345, none=None)
    )
    assert said == "mixtures: gan: cut: 5 steps: steps 12,345  rate 1,234  share 0.123  none "
    assert [show(value) for value in (True, "x", 1e-5)] == ["True", "x", "1e-05"]


def test_the_table_has_a_line_of_every_case_and_a_column_of_every_value():
    table = build([row("gan", steps=7), row("md", "failed", "ValueError: x", rate=2.0)])
    assert "CUDA 13.0, commit abc" in table and "driver" not in table.splitlines()[0]
    assert "| case | steps | rate | seconds | result |" in table
    assert "| gan | 7 |  | 1.5 | done |" in table
    assert "| md |  | 2 | 1.5 | failed: ValueError: x |" in table
