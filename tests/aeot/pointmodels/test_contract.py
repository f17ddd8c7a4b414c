"""Every registered model of points keeps the contract."""

import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.base import HISTORY
from aeot.pointmodels.trial_settings import PointSettings, drawn_once
from aeot.registry import resolve_part

CPU = torch.device("cpu")
# Small enough for a test.
SMALL = {
    "steps": 150, "batch_size": 8, "codes": 40, "components": [2, 3], "fitted": 60, "width": 16,
    "solver_steps": 3, "kernels": 4, "count": 60, "threshold": 2.0, "epochs": 12,
    "held_out": 30,
}  # fmt: skip
RESUMED = ["aeot", "ali", "flowmatching", "imle", "md", "pacgan"]  # the others take no time


@pytest.fixture(params=sorted(POINT_MODELS))
def name(request):
    return request.param


@pytest.fixture
def fit(name):
    def run(points, trials=2, seed=0, checkpoint=None, **changes):
        kind = settings_of(name)
        known = {k: v for k, v in (SMALL | changes).items() if k in kind.model_fields}
        return resolve_part(POINT_MODELS, name, "model:fit", "model")(
            points, kind(**known), trials, seed, CPU, checkpoint
        )

    return run


def settings_of(name):
    return resolve_part(POINT_MODELS, name, "settings:Settings", "model")


@pytest.fixture(params=[2, 5])
def points(request):
    rng = np.random.default_rng(0)
    near = rng.normal(size=(100, request.param)) + 3 * rng.integers(0, 2, size=(100, 1))
    return near.astype(np.float32)


def test_settings_count_the_points(name):
    assert issubclass(settings_of(name), PointSettings)


def test_every_moment_has_points_of_all_trials(fit, points):
    result = fit(points)
    assert len(result.points) == len(result.history) >= 1
    for moment, (drawn, row) in enumerate(zip(result.points, result.history, strict=True)):
        assert drawn.shape == (2, 60, points.shape[1])
        assert drawn.dtype == np.float32
        assert np.isfinite(drawn).all()
        assert list(row) == HISTORY
        assert row["moment"] == moment
    seconds = [row["seconds"] for row in result.history]
    assert seconds == sorted(seconds)


def test_drawing_once_gives_the_last_moments_points(name, fit, points):
    every, last = fit(points), fit(points, **drawn_once(settings_of(name), 60))
    assert len(last.points) == 1
    assert (last.points[0] == every.points[-1]).all()
    assert last.report == every.report


def test_a_seed_makes_the_points_and_trials_differ(fit, points):
    first, again, other = fit(points), fit(points), fit(points, seed=1)
    for a, b in zip(first.points, again.points, strict=True):
        assert (a == b).all()
    assert (first.points[-1] != other.points[-1]).any()
    assert (first.points[-1][0] != first.points[-1][1]).any()


def test_a_trial_is_the_same_alone_and_among_others(fit, points):
    alone, among = fit(points, trials=1, steps=20), fit(points, trials=3, steps=20)
    for a, b in zip(alone.points, among.points, strict=True):
        np.testing.assert_allclose(a[0], b[0], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", RESUMED, indirect=True)
def test_a_resumed_run_ends_in_the_same_points(fit, points, tmp_path, monkeypatch):
    whole = fit(points, trials=4)
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    saves, save = [], Checkpoint.save

    def kill(self, state):
        save(self, state)
        saves.append(state)
        if len(saves) in (1, 3):
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "save", kill)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            fit(points, trials=4, checkpoint=Checkpoint(tmp_path / "out", {}))
    resumed = fit(points, trials=4, checkpoint=Checkpoint(tmp_path / "out", {}))
    assert len(saves) > 3
    for a, b in zip(whole.points, resumed.points, strict=True):
        assert (a == b).all()
    for a, b in zip(whole.history, resumed.history, strict=True):
        assert a | {"seconds": 0} == b | {"seconds": 0}
