"""The benchmark's best runs: seconds to the tolerance, and ratios to ours."""

import math

import pandas as pd
import pytest

from aeot.results.peers import best_runs, seconds_to


def run(solver, variant, *points, problem="grid"):
    return [
        {"problem": problem, "solver": solver, "variant": variant, "count": 10, "dimension": 2,
         "seconds": seconds, "mass_error": error, "efficiency": 1.0}
        for seconds, error in points
    ]  # fmt: skip


def test_the_error_follows_a_power_law_between_two_points():
    rows = run("pot", "{}", (1.0, 0.2), (4.0, 0.05 / 4))  # error = 0.2 / seconds^2
    assert seconds_to(rows, "{}", tolerance=0.05) == pytest.approx(2.0)


def test_an_error_that_rises_again_is_not_reached():
    rows = run("pot", "{}", (1.0, 0.2), (2.0, 0.01), (3.0, 0.06))
    assert seconds_to(rows, "{}", tolerance=0.05) == math.inf


def test_the_best_setting_of_each_solver_is_kept():
    rows = pd.DataFrame([
        *run("ours", "{}", (1.0, 0.1), (2.0, 0.025)),
        *run("pot", '{"lr": 1}', (10.0, 0.3)),
        *run("pot", '{"lr": 2}', (10.0, 0.2)),
        *run("ott", '{"lr": 1}', (10.0, 0.04)),
        *run("ott", '{"lr": 2}', (5.0, 0.04), (9.0, 0.04)),
    ])  # fmt: skip
    best = best_runs(rows).set_index("solver")
    assert best.loc["ours", "reached"] == pytest.approx(2**0.5)
    assert list(best["settings"]) == ["none", "lr: 2", "lr: 2"]
    assert list(best["runs"]) == [1, 2, 2]
    assert math.isnan(best.loc["pot", "reached"]) and best.loc["pot", "mass_error"] == 0.2
    assert best.loc["pot", "ratio"] == pytest.approx(10 / 2**0.5)  # at least: it was not reached
    assert best.loc["ott", "ratio"] == pytest.approx(5 / 2**0.5)
