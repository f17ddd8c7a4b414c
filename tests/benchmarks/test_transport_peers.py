"""The benchmark's parts: fair coordinates, one clock, rows that say what was reached."""

import math
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import transport_peers
from benchmarks.held_out import HeldOut
from benchmarks.peers.coordinates import Coordinates
from benchmarks.problems import NAMES, make
from benchmarks.table_peers import build
from benchmarks.transport_peers import COLUMNS, seconds_to
from benchmarks.watch import SpentError, Watch


@pytest.mark.parametrize("name", NAMES[:3])
def test_problems_repeat_by_seed_and_have_no_equal_codes(name):
    codes = make(name, 0, 100)
    assert len(np.unique(codes, axis=0)) == 100
    np.testing.assert_array_equal(codes, make(name, 0, 100))
    assert not np.array_equal(codes, make(name, 1, 100))


@pytest.mark.parametrize("spread", [1.0, math.sqrt(1 / 12)])
def test_a_peers_heights_have_its_own_cells_in_the_common_convention(spread):
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(30, 3)) * 4 + 7).astype(np.float32)
    own, coordinates = rng.normal(size=30) * 0.2, Coordinates(codes, spread)
    x = rng.uniform(size=(2000, 3))
    inner = ((x - 0.5) / spread) @ coordinates.y.T.astype(float) + own
    given = x @ codes.T.astype(float) + coordinates.heights(own)
    assert (inner.argmax(axis=1) == given.argmax(axis=1)).mean() > 0.999


def test_the_clock_stands_still_during_an_evaluation():
    now, evaluated = [0.0], []
    watch = Watch(10.0, lambda seconds, samples, heights: now.append(now[-1] + 100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benchmarks.watch.time.perf_counter", lambda: now[-1])
        watch.start()
        now.append(now[-1] + 3)
        watch.record(5, np.zeros(1))
        evaluated.append(watch.seconds)
        now.append(now[-1] + 8)
        with pytest.raises(SpentError):
            watch.record(6, np.zeros(1))
    assert evaluated == [3.0]


@pytest.mark.long
def test_ours_and_the_papers_algorithm_are_run_measured_and_not_run_twice(tmp_path):
    words = ["--problems", "mixture16", "--size", "60", "--solvers", "ours", "adam",
             "--least-seconds", "0.2", "--most-seconds", "0.2", "--threads", "1",
             "--out-rows", str(tmp_path / "rows.csv")]  # fmt: skip
    transport_peers.main(words)
    rows = transport_peers.files.load_rows(tmp_path / "rows.csv", *COLUMNS)
    ours = [row for row in rows if row["solver"] == "ours"]
    assert float(ours[-1]["mass_error"]) < 0.05
    adam = [row for row in rows if "plain" in row["variant"]]
    assert float(adam[-1]["mass_error"]) < float(adam[0]["mass_error"])
    transport_peers.main(words)
    assert rows == transport_peers.files.load_rows(tmp_path / "rows.csv", *COLUMNS)
    table = build(rows, "a machine")
    assert [block.heading for block in table.blocks] == ["mixture16: N = 60, d = 16"]
    assert len(table.blocks[0].rows) == len({(r["solver"], r["variant"]) for r in rows})
    rows[-1]["seconds"] = "1384.7"
    assert build(rows, "a machine").blocks[0].rows[-1][4].endswith("% at 1,385 s")


def test_the_held_out_error_of_an_exact_map_is_small_and_of_a_flat_one_large():
    codes = make("grid", 0, 50)
    from aeot.transport import solve

    held_out = HeldOut(codes, 0)
    assert held_out.error(solve(codes).transport.heights).high < 0.05
    assert held_out.error(np.zeros(50)).low > 0.5


def row(seconds, error, **more):
    return {"seconds": str(seconds), "mass_error": str(error), "variant": "{}", **more}


def test_seconds_to_the_tolerance_are_interpolated_and_must_stay():
    assert seconds_to([row(1, 0.2), row(4, 0.05)], "{}") == pytest.approx(4)
    assert seconds_to([row(1, 0.2), row(4, 0.0125)], "{}") == pytest.approx(2)
    assert seconds_to([row(1, 0.01), row(2, 0.2), row(8, 0.0125)], "{}") == pytest.approx(4)
    assert seconds_to([row(1, 0.01), row(2, 0.2)], "{}") == math.inf
    assert seconds_to([row(0.5, 0.01)], "{}") == 0.5
