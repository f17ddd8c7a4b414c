"""Mean curves: averaged along rays from the origin, F-scores kept the right way round."""

import math

import pytest

from aeot.charts.prd import CURVE, SCORES, Scored, prd_rows
from aeot.errors import InputError

ANGLES = (0.3, math.pi / 4, 1.2)


def run(model, radius, f8=0.9, f1_8=0.8, n=100, angles=ANGLES):
    curve = [
        dict(zip(CURVE, map(repr, (a, radius * math.sin(a), radius * math.cos(a))), strict=True))
        for a in angles
    ]
    scores = [
        dict(zip(SCORES, (metric, repr(value), str(n), str(n)), strict=True))
        for metric, value in (("f8", f8), ("f1_8", f1_8))
    ]
    return Scored(model, curve, scores)


def test_the_mean_over_seeds_stays_on_its_ray_between_low_and_high():
    rows = prd_rows([run("aeot", 0.5), run("aeot", 0.9)])
    assert len(rows) == len(ANGLES)
    for row, angle in zip(rows, ANGLES, strict=True):
        assert row["precision"] == pytest.approx(0.7 * math.sin(angle))
        assert row["precision"] / row["recall"] == pytest.approx(math.tan(angle))
        assert math.hypot(row["precision_low"], row["recall_low"]) == pytest.approx(0.5)
        assert math.hypot(row["precision_high"], row["recall_high"]) == pytest.approx(0.9)


def test_f_scores_are_averaged_and_not_swapped():
    row = prd_rows([run("aeot", 0.5, f8=0.6, f1_8=0.2), run("aeot", 0.9, f8=0.8, f1_8=0.2)])[0]
    assert row["f8"] == pytest.approx(0.7)
    assert row["f8_sd"] == pytest.approx(0.1 * math.sqrt(2))
    assert (row["f1_8"], row["f1_8_sd"]) == (pytest.approx(0.2), pytest.approx(0.0))
    assert (row["seeds"], row["n_real"], row["n_fake"]) == (2, 100, 100)


def test_a_single_seed_has_no_deviation_and_no_band():
    row = prd_rows([run("aeot", 0.5)])[1]
    assert row["f8_sd"] is None
    assert row["recall_low"] == row["recall"] == row["recall_high"]


def test_models_come_in_the_tables_order():
    rows = prd_rows([run("zeta", 0.5), run("aeot", 0.5), run("floor", 0.5)])
    assert list(dict.fromkeys(row["model"] for row in rows)) == ["floor", "aeot", "zeta"]


def test_faults_are_named():
    with pytest.raises(InputError, match="different angles"):
        prd_rows([run("aeot", 0.5), run("aeot", 0.5, angles=ANGLES[:2])])
    with pytest.raises(InputError, match="use one n"):
        prd_rows([run("aeot", 0.5), run("aeot", 0.5, n=99)])
    half = run("aeot", 0.5)
    with pytest.raises(InputError, match="lack f1_8"):
        prd_rows([Scored("aeot", half.curve, half.scores[:1])])
    with pytest.raises(InputError, match="precision of aeot"):
        prd_rows([run("aeot", math.nan)])
