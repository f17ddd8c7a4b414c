import pandas as pd
import pytest

from aeot.curves.frontier import AXES
from aeot.files import frame_rows
from aeot.tables.frontier import LEVELS, frontier_summary, frontier_table
from aeot.tables.render import markdown


def record(curve, place, distance, novelty, seconds=None):
    keys = {"dataset": "tiny", "curve": curve, "seed": 0, "extractor": "inception"}
    scores = {"place": place, "draw": 0, "frechet_distance": distance, "seconds": seconds}
    return keys | scores | dict.fromkeys(AXES, novelty)


RECORDS = pd.DataFrame([
    record("ae", 0, 1, 1), record("aeot", 0, 10, 0.2, 7), record("aeot", 1, 30, 0.6, 8),
    record("aekde", 0, 20, 0.2, 9), record("aekde", 1, 40, 1, 7.5),
])  # fmt: skip


@pytest.fixture
def rows():
    return frontier_summary(RECORDS, {"tiny": "shapes"}, ["aeot"])


def test_every_curve_is_read_at_every_level(rows):
    assert len(rows) == 3 * len(LEVELS) * len(AXES)
    found = {(r["curve"], r["level"], r["axis"]): r["frechet_distance"] for r in frame_rows(rows)}
    assert found["aeot", 0.4, "novelty_codes"] == pytest.approx(20)
    assert found["aekde", 0.6, "novelty_features"] == pytest.approx(30)
    assert found["aeot", 0.7, "novelty_codes"] is None
    assert rows.loc[rows["curve"] == "aeot", "ours"].tolist() == [1] * len(LEVELS) * len(AXES)


def test_the_last_line_says_who_wins_and_leaves_the_reconstruction_out(rows):
    table = frontier_table(rows)
    assert len(table.blocks) == len(AXES)
    for block in table.blocks:
        assert block.heading.startswith("Shapes (synthetic), tiny: FID at equal novelty of ")
        lines = {line[0]: dict(zip(block.header[1:], line[1:], strict=True)) for line in block.rows}
        ratio = lines["Best AE-OT over best other"]
        assert (ratio["0.2"], ratio["0.6"], ratio["0.7"]) == ("0.50", "1.00", "—")
        assert ratio["1.0"] == "—"
        assert lines["AE"]["1.0"] == "1.0"
        assert (lines["AE-OT"]["Seconds"], lines["AE"]["Seconds"]) == ("8", "—")
    assert "at equal novelty" in markdown(table)


def test_a_rival_with_less_time_is_marked():
    hurried = RECORDS.assign(seconds=RECORDS["seconds"].where(RECORDS["curve"] != "aekde", 6.9))
    table = frontier_table(frontier_summary(hurried, {}, ["aeot"]))
    assert table.blocks[0].rows[-1][1] == "0.50 †"


def test_spreads_stand_beside_the_distances():
    more = RECORDS[RECORDS["place"] == 0].assign(draw=1, frechet_distance=12)
    table = frontier_table(frontier_summary(pd.concat([RECORDS, more]), {}, ["aeot"]))
    lines = {line[0]: line for line in table.blocks[0].rows}
    assert lines["AE-OT"][1] == "11.0 ± 1.4"
