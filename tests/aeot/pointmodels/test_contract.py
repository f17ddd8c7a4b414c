"""Every registered model of points keeps the contract."""

import numpy as np
import pytest
import torch

from aeot.checkpoint import Checkpoint
from aeot.errors import InputError
from aeot.pointmodels import POINT_MODELS
from aeot.pointmodels.base import HISTORY
from aeot.pointmodels.loading import load_fitted
from aeot.pointmodels.trial_settings import drawn_once
from aeot.registry import resolve_part
from aeot.state import save_state

CPU = torch.device("cpu")
PARTS = "trials|points|peers|transports"  # of the state of some model
# Small enough for a test.
SMALL = {
    "steps": 30, "batch_size": 8, "codes": 40, "components": [2, 3], "fitted": 60, "width": 16,
    "evaluations": 6, "kernels": 4, "count": 60, "threshold": 2.0, "epochs": 12,
    "held_out": 30,
}  # fmt: skip
BLOCKS = ["training", *(f"pointmodels.{name}" for name in (
    "adversarial", "flowmatching.model", "imle.model",
))]  # fmt: skip
RESUMED = ["aeot", "ali", "flowmatching", "imle", "md", "pacgan"]  # the others take no time


@pytest.fixture(params=sorted(POINT_MODELS))
def name(request):
    return request.param


@pytest.fixture
def fit(name):
    """Fit the model to points."""

    def run(points, trials=2, seed=0, checkpoint=None, **changes):
        kind = settings_of(name)
        known = {k: v for k, v in (SMALL | changes).items() if k in kind.model_fields}
        return model_of(name).fit(points, kind(**known), trials, seed, CPU, checkpoint)

    return run


@pytest.fixture
def fitted(name, fit, points, fits):
    """The fit of two trials, as in the test before: `points` and what is read of it stay as is."""

    def run(**changes):
        key = (name, points.shape[1], *sorted(changes.items()))
        if key not in fits:
            fits[key] = fit(points, **changes)
        return fits[key]

    return run


@pytest.fixture(scope="module")
def fits():
    return {}


def model_of(name):
    return resolve_part(POINT_MODELS, name, "model:Model", "model")


def settings_of(name):
    return resolve_part(POINT_MODELS, name, "settings:Settings", "model")


@pytest.fixture(params=[2, 5])
def points(request):
    rng = np.random.default_rng(0)
    near = rng.normal(size=(100, request.param)) + 3 * rng.integers(0, 2, size=(100, 1))
    return near.astype(np.float32)


@pytest.mark.long
def test_every_moment_has_points_of_all_trials(fitted, points):
    result = fitted()
    assert len(result.points) == len(result.history) >= 1
    for moment, (drawn, row) in enumerate(zip(result.points, result.history, strict=True)):
        assert drawn.shape == (2, 60, points.shape[1])
        assert drawn.dtype == np.float32
        assert np.isfinite(drawn).all()
        assert list(row) == HISTORY
        assert row["moment"] == moment
    seconds = [row["seconds"] for row in result.history]
    assert seconds == sorted(seconds)


@pytest.mark.long
def test_drawing_once_gives_the_last_moments_points(name, fit, fitted, points):
    every, last = fitted(), fit(points, **drawn_once(settings_of(name)))
    assert len(last.points) == len(last.history) == 1
    assert (last.points[0] == every.points[-1]).all()
    assert last.report == every.report


@pytest.mark.long
def test_a_seed_makes_the_points_and_trials_differ(fit, fitted, points):
    first, again, other = fitted(), fit(points), fit(points, seed=1)
    for a, b in zip(first.points, again.points, strict=True):
        assert (a == b).all()
    assert (first.points[-1] != other.points[-1]).any()
    assert (first.points[-1][0] != first.points[-1][1]).any()


@pytest.mark.long
def test_a_trial_is_the_same_alone_and_among_others(fit, points):
    alone, among = fit(points, trials=1, steps=20), fit(points, trials=3, steps=20)
    for a, b in zip(alone.points, among.points, strict=True):
        np.testing.assert_allclose(a[0], b[0], rtol=1e-3, atol=1e-4)


@pytest.mark.long
@pytest.mark.parametrize("name", RESUMED, indirect=True)
@pytest.mark.parametrize("points", [5], indirect=True)
def test_a_resumed_run_ends_in_the_same_points(fit, points, tmp_path, monkeypatch):
    for module in BLOCKS:
        monkeypatch.setattr(f"aeot.{module}.BLOCK", 10)  # the run goes on into further blocks
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


# Other values of every setting that concerns drawing alone, and of one that makes the fit.
DRAWN = {
    "count": 35, "moments": 3, "noise": 0.7, "evaluations": 8, "solver": "euler",
    "bandwidth": 0.2, "neighbours": 3, "spread": 1.1, "balance": 0.2,
    "threshold": 0.4, "weights": "inverse_distance", "singular": "plain",
}  # fmt: skip
FITTED = {
    "coupling": "minibatch", "steps": 151, "codes": 41, "components": [2], "held_out": 31,
    "epochs": 13,
}  # fmt: skip


def saved(fit, path):
    fit.model.save(path)
    return path.read_bytes()


@pytest.mark.long
def test_a_loaded_model_draws_the_points_of_the_fit(name, fitted, points, tmp_path):
    result = fitted(steps=5)
    content = saved(result, tmp_path / "fitted.pt")
    loaded = model_of(name).load(tmp_path / "fitted.pt", CPU)
    assert type(loaded) is type(result.model) and loaded.trials == 2
    for model in (loaded, result.model):
        assert model.sample(result.settings, 0).tobytes() == result.points[-1].tobytes()
        more = result.settings.model_copy(update={"count": 7})
        assert model.sample(more, 1).shape == (2, 7, points.shape[1])
        assert model.sample(result.settings, 1).tobytes() != result.points[-1].tobytes()
        assert model.sample(result.settings, 0).tobytes() == result.points[-1].tobytes()
    loaded.save(tmp_path / "again.pt")
    assert (tmp_path / "again.pt").read_bytes() == content


@pytest.mark.long
def test_no_drawing_setting_changes_the_fit(name, fit, fitted, points, tmp_path):
    kind = settings_of(name)
    drawing = {key: DRAWN[key] for key in kind.DRAWING}
    plain, other = fitted(steps=5), fit(points, steps=5, **drawing)
    assert saved(plain, tmp_path / "a.pt") == saved(other, tmp_path / "b.pt")
    assert plain.model.sample(other.settings, 0).tobytes() == other.points[-1].tobytes()
    plain.model.check(other.settings)


def test_settings_of_another_fit_are_refused(name, fitted):
    kind, model = settings_of(name), fitted(steps=5).model
    for key, value in FITTED.items():
        if key in kind.model_fields:
            other = model.settings.model_copy(update={key: value})
            with pytest.raises(InputError, match=f"fitted with {key}=.*, not .*: leave that"):
                model.check(other)
    assert {*kind.DRAWING} <= {*kind.model_fields}


def test_a_file_of_another_model_or_of_none_is_refused(name, tmp_path):
    path, kind = tmp_path / "fitted.pt", model_of(name)
    with pytest.raises(InputError, match="does not exist"):
        kind.load(path, CPU)
    others = {"model": "vae", "settings": {}, "state": {}}
    for content, fault in (
        (others, f"contains the model vae, not {name}: name the file of that model"),
        ({"generator": 1}, f"contains no model of points, not {name}"),
        ({**others, "model": name}, f"is not a model of this version: '({PARTS})'"),
        ({**others, "model": name, "settings": {"colour": 1}}, "colour is not a known key"),
    ):
        save_state(path, content)
        with pytest.raises(InputError, match=fault) as caught:
            kind.load(path, CPU)
        assert "\n" not in str(caught.value)
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match="not a readable torch file"):
        kind.load(path, CPU)


def test_a_model_has_the_name_that_it_is_registered_under(name):
    assert model_of(name).name() == name
    assert model_of(name).SETTINGS is settings_of(name)


def test_a_model_is_loaded_by_its_name_for_settings_of_its_own(fitted, name, tmp_path):
    result = fitted(steps=5)
    result.model.save(tmp_path / "fitted.pt")
    places = [result.settings.model_copy(update={"count": n}) for n in (3, 4)]
    loaded = load_fitted(tmp_path / "fitted.pt", name, places, CPU)
    assert [loaded.sample(place, 0).shape[1] for place in places] == [3, 4]
    with pytest.raises(InputError, match="not a known model of points"):
        load_fitted(tmp_path / "fitted.pt", "vae", places, CPU)
