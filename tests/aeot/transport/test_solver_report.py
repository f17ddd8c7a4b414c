"""The report says what was reached, and evaluations measure what is true."""

from types import SimpleNamespace

import numpy as np
import pytest

from aeot.transport import TransportSettings, run, solve
from aeot.transport.certificate import chance_error
from aeot.transport.run import HISTORY

FAST = TransportSettings(tolerance=0.1)
FIELDS = {
    "converged": bool, "method": str, "mass_error": float, "mass_error_low": float,
    "mass_error_high": float, "rms_error": float, "raw_mass_error": float,
    "monte_carlo_floor": float, "tolerance": float, "confidence": float, "looks": int,
    "held_out_samples": int, "empty_cells": int, "energy": float, "energy_low": float,
    "energy_high": float, "energy_gap": float, "source": str, "source_samples": int,
    "efficiency": float, "codes": int, "distinct_codes": int, "dimension": int, "rank": int,
    "ranks": int, "device": str, "seconds": float,
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize(("d", "exact"), [(1, True), (2, True), (5, False), (20, False)])
def test_every_field_is_there_and_of_its_type(mixture, d, exact):
    solution = solve(mixture(count=200, d=d), settings=FAST)
    report = solution.report
    assert report.keys() == FIELDS.keys()
    for name, kind in FIELDS.items():
        if exact and name == "efficiency":
            assert report[name] is None  # no source samples
        else:
            assert isinstance(report[name], kind | int if kind is float else kind), name
    assert report["ranks"] == 1
    assert (report["codes"], report["dimension"]) == (200, d)
    assert report["confidence"] == FAST.confidence
    assert (report["source_samples"] == 0) == exact
    if exact:
        assert report["energy_gap"] == 0
        assert report["looks"] == len(solution.history) == 1
    assert list(solution.history[0]) == HISTORY


@pytest.mark.long
@pytest.mark.parametrize("d", [2, 5])
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_numbers_fit_one_another(mixture, d, source):
    rng = np.random.default_rng(0)
    masses = rng.dirichlet(np.full(200, 5.0))
    solution = solve(mixture(count=200, d=d), masses, FAST.model_copy(update={"source": source}))
    report = solution.report
    assert report["mass_error_low"] <= report["mass_error"] <= report["mass_error_high"]
    assert report["mass_error"] <= report["raw_mass_error"]
    assert report["energy_low"] < report["energy"] < report["energy_high"]
    floor = chance_error(masses, report["held_out_samples"])
    assert report["monte_carlo_floor"] == pytest.approx(floor, rel=1e-9)
    assert report["raw_mass_error"] > 0.85 * floor
    if report["source_samples"]:
        chance = np.sqrt(report["distinct_codes"] / report["source_samples"])
        assert report["efficiency"] == pytest.approx(report["rms_error"] / chance)
        assert report["efficiency"] < 3  # a few times what independent samples would give
        assert abs(report["energy_gap"]) < 0.05 * abs(report["energy"])


def test_efficiency_counts_distinct_codes(mixture):
    codes = np.repeat(mixture(count=100, d=5), 2, axis=0)
    report = solve(codes, settings=FAST).report
    chance = np.sqrt(100 / report["source_samples"])
    assert report["efficiency"] == pytest.approx(report["rms_error"] / chance)


@pytest.mark.long
def test_the_report_says_what_ended_the_run(mixture):
    good = solve(mixture(), settings=FAST)
    assert good.report["converged"]
    assert good.report["mass_error_high"] == good.history[-1]["mass_error_high"] <= FAST.tolerance
    assert all(row["mass_error_high"] > FAST.tolerance for row in good.history[:-1])
    assert good.report["source_samples"] == good.history[-1]["source_samples"]
    assert [row["look"] for row in good.history] == list(range(1, good.report["looks"] + 1))


@pytest.mark.long
@pytest.mark.parametrize("budget", [1, 5, 10])
def test_a_spent_budget_is_admitted(mixture, budget):
    settings = TransportSettings(tolerance=0.01, samples_per_code=budget)
    solution = solve(mixture(count=60), settings=settings)
    assert not solution.report["converged"]
    assert solution.report["mass_error_high"] > 0.01
    allowed = budget * 1000  # fewer codes have the budget of 1000
    assert allowed <= solution.report["source_samples"] < 1.1 * allowed + 1000


@pytest.mark.long
@pytest.mark.parametrize("tolerance", [0.3, 0.1, 0.04])
@pytest.mark.parametrize("d", [1, 2, 6])
def test_converged_means_that_the_upper_bound_is_within_the_tolerance(mixture, d, tolerance):
    settings = TransportSettings(tolerance=tolerance, samples_per_code=20)
    for seed in range(3):
        report = solve(mixture(count=40, d=d), settings=settings, seed=seed).report
        assert report["converged"] == (report["mass_error_high"] <= tolerance)


@pytest.mark.long
def test_the_reported_interval_contains_the_error_on_fresh_samples(mixture, masses_of):
    codes = mixture(seed=7)
    for settings in (FAST, TransportSettings(tolerance=0.02, samples_per_code=10)):
        solution = solve(codes, settings=settings, seed=1)
        error = np.abs(masses_of(solution.transport) - 1 / len(codes)).sum()
        assert solution.report["mass_error_low"] - 0.01 < error
        assert error < solution.report["mass_error_high"] + 0.01


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_the_energy_is_that_of_the_shipped_heights(mixture, source):
    codes = mixture(d=8).astype(np.float32) + 4
    settings = FAST.model_copy(update={"source": source})
    solution = solve(codes, settings=settings)
    t, report, rng = solution.transport, solution.report, np.random.default_rng(3)
    x = rng.uniform(size=(100_000, 8)) if source == "uniform" else rng.normal(size=(100_000, 8))
    top = (x @ codes.T.astype(float) + t.heights).max(1)
    top -= x @ codes.mean(0)  # of the known mean <c, mean code>, and nearly as noisy
    centre = 0.5 if source == "uniform" else 0.0
    energy = top.mean() + centre * codes.mean(0).sum() - t.masses @ t.heights
    slack = 4 * top.std() / np.sqrt(len(x)) + report["energy_high"] - report["energy_low"]
    assert report["energy"] == pytest.approx(energy, abs=slack)


@pytest.mark.long
def test_all_evaluations_together_spend_no_more_than_the_confidence_leaves(mixture, monkeypatch):
    spent, evaluate = [], run.evaluate

    def spy(problem, planes, heights, size, alpha, seed, number, ranks):
        spent.append(alpha)
        return evaluate(problem, planes, heights, size, alpha, seed, number, ranks)

    monkeypatch.setattr(run, "evaluate", spy)
    settings = TransportSettings(tolerance=0.02, confidence=0.9, samples_per_code=300)
    assert len(solve(mixture(count=50), settings=settings).history) == len(spent) > 3
    assert 0.04 < sum(spent) < 0.1


@pytest.mark.long
@pytest.mark.parametrize("d", [2, 6])
def test_every_evaluation_is_shown_with_the_map_that_it_measured(mixture, masses_of, d):
    seen = []
    codes = mixture(count=200, d=d)
    solution = solve(codes, settings=FAST, on_evaluation=lambda *shown: seen.append(shown))
    assert [{k: row[k] for k in HISTORY} for _, row in seen] == solution.history
    seconds = [row["seconds"] for _, row in seen]
    assert seconds == sorted(seconds)
    for transport, row in seen:
        error = np.abs(masses_of(transport, 100_000) - 1 / 200).sum()
        assert row["mass_error_low"] - 0.01 < error < row["mass_error_high"] + 0.03
    np.testing.assert_array_equal(seen[-1][0].heights, solution.transport.heights)


@pytest.mark.long
def test_time_in_callbacks_is_not_counted(mixture, monkeypatch):
    now = [0.0]

    def tick():
        now[0] += 1e-3
        return now[0]

    def dawdle(transport, row):
        now[0] += 1e6

    monkeypatch.setattr(run, "time", SimpleNamespace(monotonic=tick))
    report = solve(mixture(), settings=FAST, on_evaluation=dawdle).report
    assert report["looks"] > 1
    assert 0 < report["seconds"] < 1e3
