"""Segments through power cells: on a line, cells and angles have a closed form."""

import numpy as np
import pytest
import torch

from aeot.curves.segments import chosen, segment_rows, share_rows, trace_rows
from aeot.models.aeot.segment_settings import SegmentSettings
from aeot.models.aeot.singular import trace
from aeot.transport import TransportSettings, solve
from aeot.transport.problem import standardisation

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def line():
    """The exact map to eight points of a line, one of them far out."""
    codes = np.array([[0.0], [0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [3.0]], np.float32)
    return solve(codes, None, TransportSettings(), 0, CPU).transport


@pytest.fixture(scope="module")
def traced(line):
    return trace(line, SegmentSettings(count=200, points=2000), 0, CPU)


def test_cells_along_a_segment_follow_one_another(traced):
    steps = np.abs(np.diff(traced.cells, axis=1))
    assert steps.max() == 1  # points lie closer than the cells are wide
    rows = segment_rows(traced.angles)
    for row, cells in zip(rows, traced.cells, strict=True):
        assert row["changes"] == abs(int(cells[0]) - int(cells[-1]))


@pytest.mark.long
def test_angles_are_those_between_the_lines_of_the_potential(line, traced):
    mean, scale = standardisation(line.support)
    slope = np.arctan((line.support[:, 0] - mean) / scale)
    wanted = np.abs(slope[traced.cells[:, 1:]] - slope[traced.cells[:, :-1]])
    assert traced.angles == pytest.approx(wanted, abs=1e-6)


def test_the_largest_jump_is_where_the_far_point_begins(traced):
    rows = segment_rows(traced.angles)
    for row, cells in zip(rows, traced.cells, strict=True):
        if (cells == 7).any() and not (cells == 7).all():
            at = int(row["place"] * 1999)
            assert {int(cells[at]), int(cells[at + 1])} == {6, 7}


def test_shares_fall_from_all_that_cross_to_none(traced):
    rows = share_rows(traced.angles)
    shares = [row["share"] for row in rows]
    assert shares == sorted(shares, reverse=True) and shares[-1] == 0
    crossing = (traced.cells[:, 0] != traced.cells[:, -1]).mean()
    assert shares[0] == pytest.approx(crossing)
    # Two uniform places have the far cell between them with probability 2 (1/8) (7/8).
    far = [row["share"] for row in rows if 0.3 < row["threshold"] < 0.6]
    assert far and set(np.round(far, 12)) == {far[0]}
    assert far[0] == pytest.approx(14 / 64, abs=4 * np.sqrt(0.22 * 0.78 / 200))


def test_the_chosen_segments_are_traced_point_by_point(traced):
    numbers = chosen(traced.angles)
    largest = traced.angles.max(axis=1)
    assert largest[numbers["largest"]] == largest.max()
    assert largest[numbers["least"]] == largest.min()
    rows = trace_rows(traced.cells, traced.angles)
    assert len(rows) == 2 * 2000
    own = [row for row in rows if row["kind"] == "largest"]
    assert [row["cell"] for row in own] == traced.cells[numbers["largest"]].tolist()
    assert max(row["angle"] for row in own) == largest.max()
    assert (own[0]["place"], own[-1]["place"]) == (0, 1)


def test_a_segment_without_a_change_has_no_median():
    (row,) = segment_rows(np.zeros((1, 5)))
    assert row["changes"] == 0 and row["median_angle"] == ""


def test_a_seed_makes_the_segments_however_they_are_split(line, monkeypatch):
    settings = SegmentSettings(count=30, points=20)
    first = trace(line, settings, 0, CPU)
    monkeypatch.setattr("aeot.models.aeot.singular._BATCH", 50)
    assert (trace(line, settings, 0, CPU).cells == first.cells).all()
    assert (trace(line, settings, 1, CPU).cells != first.cells).any()
