"""Solves that start from given heights: nearly nothing to do, and the same answer."""

import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.transport import TransportSettings, solve
from aeot.transport.descent import Descent

FINE = TransportSettings(source="gaussian", tolerance=0.08)
SETTINGS = TransportSettings(source="gaussian", tolerance=0.15)


@pytest.fixture
def steps(monkeypatch):
    """Count the steps of every descent."""
    made, advance = [], Descent.advance

    def counted(self, ranks, rough):
        made.append(self.step)
        advance(self, ranks, rough)

    monkeypatch.setattr(Descent, "advance", counted)
    return made


@pytest.fixture(scope="module")
def solved(mixture):
    codes = mixture(count=150, d=6)
    return codes, solve(codes, settings=FINE)


def is_right(solution, masses_of):
    share, target = masses_of(solution.transport), solution.transport.masses
    noise = np.sqrt(2 / np.pi * target / 200_000).sum()
    assert solution.report["converged"]
    return np.abs(share - target).sum() < solution.report["mass_error_high"] + noise


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, 1])
def test_solved_heights_are_certified_without_a_step(solved, steps, masses_of, seed):
    codes, solution = solved
    again = solve(codes, settings=SETTINGS, seed=seed, initial=solution.transport.heights)
    assert len(steps) == 0
    assert is_right(again, masses_of)
    np.testing.assert_allclose(again.transport.heights, solution.transport.heights, atol=1e-6)
    assert again.report["source_samples"] < 100 * 512  # those that show the cells, and no more
    assert np.isfinite(again.report["energy_gap"])
    assert again.report["efficiency"] is None  # the floor is that of a solve from nothing


def test_other_held_out_samples_than_those_that_certified_the_heights_judge_them(solved):
    codes, solution = solved
    again = solve(codes, settings=SETTINGS, initial=solution.transport.heights)
    assert not np.isclose(again.masses, solution.masses, rtol=1e-12).any()


def changed(kind, codes, rng):
    if kind == "moved":
        return codes + 0.02 * rng.normal(size=codes.shape)
    if kind == "added":
        return np.concatenate([codes, codes[:3] + rng.normal(size=(3, codes.shape[1]))])
    return codes[3:]


@pytest.mark.long
@pytest.mark.parametrize("kind", ["moved", "added", "removed"])
def test_heights_of_nearly_the_same_codes_save_steps(solved, steps, masses_of, kind):
    codes, solution = solved
    other = changed(kind, codes, np.random.default_rng(3))
    cold = solve(other, settings=SETTINGS)
    needed = len(steps)
    steps.clear()
    warm = solve(other, settings=SETTINGS, initial=solution.transport.heights_for(other))
    assert len(steps) < needed / 2
    assert is_right(warm, masses_of)
    x = np.random.default_rng(4).normal(size=(20_000, 6))
    same = (warm.transport.cells(x) == cold.transport.cells(x)).mean()
    assert same > 0.9  # two answers within the tolerance


@pytest.mark.long
@pytest.mark.parametrize("make", [np.zeros, lambda n: 50 * np.random.default_rng(1).normal(size=n)])
def test_heights_that_are_no_start_do_no_harm(solved, masses_of, make):
    codes, _ = solved
    assert is_right(solve(codes, settings=SETTINGS, initial=make(len(codes))), masses_of)


def test_codes_that_coincide_start_as_one(mixture, steps):
    codes = np.concatenate([mixture(count=40, d=6)] * 2)
    heights = solve(codes, settings=FINE).transport.heights
    steps.clear()
    again = solve(codes, settings=SETTINGS, initial=heights + 1000)  # the same map
    assert len(steps) < 10
    assert again.report["converged"]
    x = np.random.default_rng(6).normal(size=(5000, 6))
    before = (x @ codes.T + heights).argmax(1) % 40
    assert (again.transport.cells(x) % 40 == before).mean() > 0.9


def test_heights_for_the_codes_themselves_are_theirs_but_for_rounding(solved):
    codes, solution = solved
    heights = solution.transport.heights_for(torch.from_numpy(codes))
    np.testing.assert_allclose(heights, solution.transport.heights, atol=1e-9)


@pytest.mark.long
def test_the_plane_for_another_point_meets_the_nearest_codes_in_its_cell():
    # Two cells of the unit square, parted at x_1 = 1/2: their means are (1/4, 1/2), (3/4, 1/2).
    solution = solve(np.array([[0.0, 0.0], [1.0, 0.0]]))
    points = np.array([[-0.25, 0.5], [1.5, -0.5]])
    expected = solution.transport.heights - (points - [[0, 0], [1, 0]]) @ [0.0, 0.5]
    expected -= np.array([-0.25 * 0.25, 0.5 * 0.75])
    np.testing.assert_allclose(solution.transport.heights_for(points), expected, atol=0.03)
    with pytest.raises(InputError, match=r"points have shape \(3, 1\); they must have \(n, 2\)"):
        solution.transport.heights_for(np.zeros((3, 1)))


@pytest.mark.parametrize(
    ("initial", "words"),
    [
        (np.zeros(3), r"initial heights are float64 of shape \(3,\); the 150 codes need \(150,\)"),
        (np.zeros((150, 1)), r"shape \(150, 1\)"),
        (np.zeros(150, complex), "complex128"),
        (np.full(150, np.nan), "initial heights must be finite"),
        (torch.full((150,), torch.inf), "initial heights must be finite"),
    ],
)
def test_initial_heights_that_do_not_fit_are_named(solved, initial, words):
    with pytest.raises(InputError, match=words):
        solve(solved[0], settings=SETTINGS, initial=initial)


class _Killed(Exception):
    pass


@pytest.mark.long
def test_a_killed_warm_solve_resumes_to_the_same_bytes(solved, tmp_path, monkeypatch):
    codes, solution = solved
    other = codes + 0.1 * np.random.default_rng(5).normal(size=codes.shape)
    options = {"settings": FINE}
    options["initial"] = solution.transport.heights
    whole = solve(other, **options)
    assert whole.report["looks"] > 1
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    advance = Descent.advance

    def killed(self, ranks, rough):
        if self.drawn > whole.report["source_samples"] / 2:
            raise _Killed
        advance(self, ranks, rough)

    with monkeypatch.context() as killing, pytest.raises(_Killed):
        killing.setattr(Descent, "advance", killed)
        solve(other, **options, checkpoint=Checkpoint(tmp_path / "t.npz", {}))
    resumed = solve(other, **options, checkpoint=Checkpoint(tmp_path / "t.npz", {}))
    assert (resumed.transport.heights == whole.transport.heights).all()
    assert resumed.history == whole.history
