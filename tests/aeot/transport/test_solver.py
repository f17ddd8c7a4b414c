"""The solver against closed forms, an independent solver, its invariances and its own report."""

import numpy as np
import pytest
import torch
from scipy.optimize import linear_sum_assignment

from aeot.checkpoint import Checkpoint
from aeot.transport import solver
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import HISTORY, solve

FAST = TransportSettings(tolerance=0.1)


def masses_of(transport, count=200_000, seed=99):
    """Cell masses on fresh samples, by the map's defining formula written out."""
    rng, d = np.random.default_rng(seed), transport.support.shape[1]
    draw = rng.uniform if transport.source == "uniform" else rng.normal
    total = np.zeros(len(transport.heights))
    for _ in range(count // 20_000):
        x = draw(size=(20_000, d))
        cells = (x @ transport.support.T.astype(float) + transport.heights).argmax(1)
        total += np.bincount(cells, minlength=len(total))
    return total / total.sum()


def mixture(seed=0, count=300, d=6):
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(5, d)) * 2
    return (centres[rng.integers(5, size=count)] + rng.normal(size=(count, d))).astype(np.float32)


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_on_the_line_the_map_is_monotone_and_exact(source):
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(64, 1)) * 10).astype(np.float32)
    solution = solve(codes, TransportSettings(source=source), seed=0)
    x = np.sort(rng.uniform(size=20_000) if source == "uniform" else rng.normal(size=20_000))
    scores = x[:, None] * codes[:, 0].astype(float) + solution.transport.heights
    assert (np.diff(codes[scores.argmax(1), 0]) >= 0).all()
    np.testing.assert_allclose(masses_of(solution.transport), 1 / 64, rtol=0.12)
    assert solution.report["converged"]
    assert solution.report["source_samples"] == 0


def test_four_corners_of_a_square_share_it_evenly():
    codes = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    solution = solve(codes, TransportSettings(tolerance=0.02), seed=0)
    h = solution.transport.heights
    # By symmetry the cells are the quarters: planes i and j meet where the square's middle is.
    scores = codes.astype(float) @ np.array([0.5, 0.5]) + h
    assert np.ptp(scores) < 0.02


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_the_masses_are_those_asked_for(source):
    codes, rng = mixture(), np.random.default_rng(1)
    target = rng.uniform(0.5, 2, size=len(codes))
    solution = solve(codes, TransportSettings(source=source, tolerance=0.1), 0, target)
    target /= target.sum()
    np.testing.assert_allclose(solution.transport.masses, target)
    share = masses_of(solution.transport)
    noise = np.sqrt(2 / np.pi * target / 200_000).sum()
    assert np.abs(share - target).sum() < solution.report["mass_error_high"] + noise


def test_the_map_costs_no_more_than_an_independent_solvers_assignment():
    # Semi-discrete transport of a sample is an assignment problem: every code gets 40 points.
    codes = mixture(count=25, d=3)
    transport = solve(codes, TransportSettings(tolerance=0.03), seed=0).transport
    x = np.random.default_rng(2).uniform(size=(1000, 3))
    mapped = codes[(x @ codes.T.astype(float) + transport.heights).argmax(1)]
    ours = (x * mapped).sum(1).mean()
    rows, columns = linear_sum_assignment(-(x @ np.repeat(codes, 40, axis=0).T))
    best = (x * np.repeat(codes, 40, axis=0)[columns]).sum(1).mean()
    assert abs(ours - best) < 0.02 * abs(best) + 0.02


def agreement(a, b, x):
    """Share of the samples that two maps send to the same code."""
    cell = [(x @ t.support.T.astype(float) + t.heights).argmax(1) for t in (a, b)]
    return (cell[0] == cell[1]).mean()


def test_scaled_and_shifted_codes_have_the_same_cells():
    codes, x = mixture(), np.random.default_rng(3).uniform(size=(20_000, 6))
    plain = solve(codes, FAST, 0).transport
    for moved in (codes * 1000, codes * 0.001, codes + 100):
        assert agreement(plain, solve(moved, FAST, 0).transport, x) > 0.93


def test_renumbered_codes_have_the_same_cells():
    codes, x = mixture(), np.random.default_rng(4).uniform(size=(20_000, 6))
    order = np.random.default_rng(5).permutation(len(codes))
    plain, other = solve(codes, FAST, 0).transport, solve(codes[order], FAST, 0).transport
    cell = (x @ plain.support.T.astype(float) + plain.heights).argmax(1)
    renumbered = (x @ other.support.T.astype(float) + other.heights).argmax(1)
    assert (order[renumbered] == cell).mean() > 0.93


@pytest.mark.parametrize(
    "codes",
    [
        np.ones((1, 3)),
        np.ones((5, 3)),  # one point, five times
        np.array([[0.0, 0], [1, 1]]),
        np.random.default_rng(0).normal(size=(3, 20)),  # fewer points than dimensions
        np.pad(np.random.default_rng(0).normal(size=(60, 2)), ((0, 0), (0, 8))),  # on a plane
        np.vstack([np.random.default_rng(0).normal(size=(60, 5)), np.full((3, 5), 30.0)]),
        np.repeat(np.random.default_rng(0).normal(size=(30, 4)), 3, axis=0),  # duplicates
    ],
    ids=["one", "alike", "two", "few", "plane", "outliers", "duplicates"],
)
def test_degenerate_codes_are_solved(codes):
    solution = solve(codes.astype(np.float32), FAST, seed=0)
    assert solution.report["converged"]
    assert np.isfinite(solution.transport.heights).all()
    distinct, group = np.unique(codes, axis=0, return_inverse=True)
    share = np.bincount(group.reshape(-1), masses_of(solution.transport))
    target = np.bincount(group.reshape(-1)) / len(codes)
    assert np.abs(share - target).sum() < 0.1 + 0.02


def test_the_report_says_what_ended_the_run():
    codes = mixture()
    good = solve(codes, FAST, 0)
    assert good.report["converged"]
    assert good.report["mass_error_high"] == good.history[-1]["mass_error_high"] <= FAST.tolerance
    assert all(row["mass_error_high"] > FAST.tolerance for row in good.history[:-1])
    assert good.report["source_samples"] == good.history[-1]["source_samples"]
    hasty = solve(codes, TransportSettings(tolerance=0.01, samples_per_code=5), 0)
    assert not hasty.report["converged"]
    assert hasty.report["mass_error_high"] > 0.01
    assert list(good.history[0]) == HISTORY


def test_the_reported_interval_holds_the_error_on_fresh_samples():
    codes = mixture(seed=7)
    for settings in (FAST, TransportSettings(tolerance=0.01, samples_per_code=20)):
        solution = solve(codes, settings, 1)
        share = masses_of(solution.transport, 500_000)
        error = np.abs(share - 1 / len(codes)).sum()
        assert solution.report["mass_error_low"] - 0.01 < error
        assert error < solution.report["mass_error_high"] + 0.01


def test_a_seed_makes_the_run():
    codes = mixture()
    first, again, other = (solve(codes, FAST, seed).transport.heights for seed in (0, 0, 1))
    assert (first == again).all()
    assert not (first == other).all()


class _Killed(Exception):
    pass


@pytest.mark.parametrize("steps", [1, 7, 23])
def test_a_killed_run_resumes_to_the_same_bytes(tmp_path, monkeypatch, steps):
    codes = mixture()
    whole = solve(codes, FAST, 0)
    descend, done = solver._descend, []

    def killed_descend(*args):
        if len(done) == steps:
            raise _Killed
        done.append(1)
        descend(*args)

    monkeypatch.setattr(solver, "_descend", killed_descend)
    with pytest.raises(_Killed):
        solve(codes, FAST, 0, checkpoint=Checkpoint(tmp_path / "t.npz", {}, every=0))
    monkeypatch.setattr(solver, "_descend", descend)
    resumed = solve(codes, FAST, 0, checkpoint=Checkpoint(tmp_path / "t.npz", {}, every=1e9))
    assert (resumed.transport.heights == whole.transport.heights).all()
    assert resumed.history == whole.history


def test_buried_cells_are_lifted():
    # Points deep inside a crowd whose planes start far too low.
    codes = mixture(count=100, d=4)
    problem = solver.Problem.build(codes, None, "uniform")
    state = solver._State(problem, torch.device("cpu"))
    state.heights[:10] -= 50
    state.average = state.heights.clone()
    state.expected, state.hits = 1e5, torch.full((100,), 1e3, dtype=torch.float64)
    state.hits[:10] = 0
    x = problem.source.from_uniform(torch.rand(20_000, 4, generator=torch.manual_seed(0)))
    solver._lift(state, x)
    planes = solver.Planes(state.support)
    planes.set_heights(state.heights)
    hits = torch.bincount(planes.best(x), minlength=100)[:10]
    assert (hits > 0).sum() >= 8


def test_the_average_weighs_late_and_large_steps_more():
    state = solver._State(
        solver.Problem.build(mixture(count=20), None, "uniform"), torch.device("cpu")
    )
    path = np.random.default_rng(0).normal(size=(6, len(state.heights)))
    batches = [512, 512, 600, 700, 700, 1000]
    for state.step, (heights, batch) in enumerate(zip(path, batches, strict=True), start=1):
        state.heights = torch.from_numpy(heights)
        solver._average(state, batch)
    expected = np.average(path, axis=0, weights=np.multiply(batches, [1, 2, 3, 4, 5, 6]))
    np.testing.assert_allclose(state.average.numpy(), expected, rtol=1e-12)


def test_all_looks_together_spend_no_more_than_the_confidence_leaves(monkeypatch):
    spent, measure = [], solver.mass_error

    def spy(first, second, masses, alpha):
        spent.append(alpha)
        return measure(first, second, masses, alpha)

    monkeypatch.setattr(solver, "mass_error", spy)
    settings = TransportSettings(tolerance=0.001, confidence=0.9, samples_per_code=500)
    assert len(solve(mixture(count=50), settings, 0).history) == len(spent) > 3
    np.testing.assert_allclose(spent, [0.1 / (k * (k + 1)) for k in range(1, len(spent) + 1)])
    assert sum(spent) < 0.1


def points_of(kind):
    rng = np.random.default_rng(11)
    if kind == "line":
        return np.unique((rng.normal(size=(5000, 1)) * 3 + 10).astype(np.float32))[:, None]
    centres = np.array([[i, j] for i in range(-4, 5, 2) for j in range(-4, 5, 2)])
    return centres[rng.integers(25, size=256)] + 0.05 * rng.normal(size=(256, 2)) + 50


@pytest.mark.parametrize(("kind", "tolerance"), [("line", 0.05), ("clusters", 0.15)])
def test_what_is_certified_holds_for_the_map_as_it_is_shipped(kind, tolerance):
    # Crowded points far from the origin: heights that suit rounded points would not suit these.
    codes = points_of(kind).astype(np.float32)
    solution = solve(codes, TransportSettings(tolerance=tolerance), 0)
    transport, d = solution.transport, codes.shape[1]
    assert solution.report["converged"]
    x = np.random.default_rng(12).uniform(size=(1_000_000, d))
    support = transport.support.astype(float)
    if d == 1:  # argmax over sorted planes is a search among their meeting points
        order = np.argsort(support[:, 0])
        meet = -np.diff(transport.heights[order]) / np.diff(support[order, 0])
        cells = order[np.searchsorted(meet, x[:, 0])]
    else:
        parts = np.array_split(x, 50)
        cells = np.concatenate([(p @ support.T + transport.heights).argmax(1) for p in parts])
    share = np.bincount(cells, minlength=len(codes)) / len(x)
    noise = np.sqrt(2 / np.pi * len(codes) / len(x))
    assert np.abs(share - 1 / len(codes)).sum() < tolerance + noise
    sampled = transport.planes().best(torch.from_numpy(x[:50_000])).numpy()
    assert (sampled == cells[:50_000]).mean() > 0.999
