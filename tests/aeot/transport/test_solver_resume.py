"""A seed makes the run, and a killed run ends in the same bytes."""

import numpy as np
import pytest

from aeot.checkpoint import Checkpoint
from aeot.transport import TransportSettings, solve
from aeot.transport.descent import Descent

FAST = TransportSettings(tolerance=0.1)


@pytest.mark.long
def test_a_seed_makes_the_run(mixture):
    codes = mixture(count=100)
    first, again, other = (solve(codes, settings=FAST, seed=seed) for seed in (0, 0, 1))
    assert (first.transport.heights == again.transport.heights).all()
    assert (first.masses == again.masses).all()
    assert first.history == again.history
    assert not (first.transport.heights == other.transport.heights).all()


class _Killed(Exception):
    pass


def killed_after(steps, monkeypatch):
    """Let only so many steps happen."""
    advance, done = Descent.advance, []

    def killed(self, ranks, rough):
        if len(done) == steps:
            raise _Killed
        done.append(1)
        advance(self, ranks, rough)

    monkeypatch.setattr(Descent, "advance", killed)


@pytest.mark.long
@pytest.mark.parametrize(("d", "source"), [(3, "uniform"), (30, "gaussian")])
@pytest.mark.parametrize("steps", [1, 7, 23])
def test_a_killed_run_resumes_to_the_same_bytes(mixture, tmp_path, monkeypatch, steps, d, source):
    # In 3 dimensions the Hessian is factorised, in 30 conjugate gradients serve.
    codes, settings = mixture(count=150, d=d), TransportSettings(source=source, tolerance=0.1)
    whole = solve(codes, settings=settings)
    kept = Checkpoint(tmp_path / "t.npz", {}, every=0)
    monkeypatch.setattr(Checkpoint, "due", lambda self: self.every < 1)
    with monkeypatch.context() as killing:
        killed_after(steps, killing)
        with pytest.raises(_Killed):
            solve(codes, settings=settings, checkpoint=kept)
    assert kept.path.exists()
    resumed = solve(codes, settings=settings, checkpoint=Checkpoint(tmp_path / "t.npz", {}, 1e9))
    assert (resumed.transport.heights == whole.transport.heights).all()
    assert (resumed.masses == whole.masses).all()
    assert resumed.history == whole.history
    free = {"seconds"}
    assert {k: v for k, v in resumed.report.items() if k not in free} == {
        k: v for k, v in whole.report.items() if k not in free
    }


@pytest.mark.long
def test_a_run_killed_twice_between_looks_keeps_its_history(mixture, tmp_path, monkeypatch):
    codes, settings = mixture(count=80), TransportSettings(tolerance=0.05)
    whole = solve(codes, settings=settings)
    assert len(whole.history) > 2
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    for steps in (11, 30):
        with monkeypatch.context() as killing:
            killed_after(steps, killing)
            with pytest.raises(_Killed):
                solve(codes, settings=settings, checkpoint=Checkpoint(tmp_path / "t.npz", {}))
    resumed = solve(codes, settings=settings, checkpoint=Checkpoint(tmp_path / "t.npz", {}))
    assert (resumed.transport.heights == whole.transport.heights).all()
    assert resumed.history == whole.history


def test_seconds_before_a_kill_are_counted(mixture, tmp_path, monkeypatch):
    codes, kept = mixture(count=80), Checkpoint(tmp_path / "t.npz", {}, every=0)
    monkeypatch.setattr(Checkpoint, "due", lambda self: self.every < 1)
    with monkeypatch.context() as killing:
        killed_after(5, killing)
        with pytest.raises(_Killed):
            solve(codes, settings=FAST, checkpoint=kept)
    state = kept.load()
    kept.save({**state, "seconds": 5000.0})
    resumed = solve(codes, settings=FAST, checkpoint=Checkpoint(tmp_path / "t.npz", {}, every=1e9))
    assert 5000 < resumed.report["seconds"] < 6000


def test_another_runs_checkpoint_is_not_taken_up(mixture, tmp_path, monkeypatch):
    codes = mixture(count=60)
    with monkeypatch.context() as killing:
        killing.setattr(Checkpoint, "due", lambda self: True)
        killed_after(3, killing)
        with pytest.raises(_Killed):
            solve(codes, settings=FAST, seed=1, checkpoint=Checkpoint(tmp_path / "t.npz", {"a": 1}))
    plain = solve(codes, settings=FAST)
    other = solve(codes, settings=FAST, checkpoint=Checkpoint(tmp_path / "t.npz", {"a": 2}))
    np.testing.assert_array_equal(plain.transport.heights, other.transport.heights)
