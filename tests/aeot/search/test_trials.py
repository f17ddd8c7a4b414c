"""Draws of hyper-parameters: from their ranges, and the same whatever their number."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from aeot.errors import InputError
from aeot.files import load_frame, save_rows
from aeot.models import IMAGE_MODELS
from aeot.registry import resolve_part
from aeot.search.rows import (
    COLUMNS,
    DISTANCE,
    FAILED,
    best_draw,
    is_reference,
    read_items,
    reference_rows,
    run_scores,
)
from aeot.search.trials import draw_trials, rerun_trials

MODELS = ("mmgan", "nsgan", "lsgan", "wgan", "wgangp", "dragan", "began", "vae")
# What Lucic et al. searched (its code, `params.py`): (distribution, low, high), or values.
WIDE = {
    "beta1": ("uniform", 0, 1),
    "learning_rate": ("log", -5, -2),
    "critic_steps": (1, 5),
    "critic_norm": (False, True),
    "encoder_norm": (False, True),
    "clip": ("log", -3, 0),
    "penalty": ("log", -1, 2),
    "balance_rate": ("log", -4, -2),
    "diversity": ("uniform", 0, 1),
}
NARROW = WIDE | {
    "beta1": (0.5,),
    "learning_rate": ("log", -4, -3),
    "critic_steps": (1,),
    "clip": ("log", -2, 0),
    "penalty": ("log", -1, 1),
    "balance_rate": (1e-3,),
    "diversity": ("uniform", 0.6, 0.9),
}
OF = {"wgan": {"clip"}, "wgangp": {"penalty"}, "dragan": {"penalty"},
      "began": {"balance_rate", "diversity"}}  # fmt: skip


def base(model, **values):
    return resolve_part(IMAGE_MODELS, model, "settings:Settings", "model of images")(**values)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(("ranges", "table"), [("wide", WIDE), ("narrow", NARROW)])
def test_draws_have_the_published_distributions(model, ranges, table):
    trials = draw_trials(base(model), ranges, 401)[1:]
    settings = [trial.settings(base(model)) for trial in trials]
    shared = {"encoder_norm"} if model == "vae" else {"critic_steps", "critic_norm"}
    for name in {"beta1", "learning_rate"} | shared | OF.get(model, set()):
        values, wanted = [getattr(one, name) for one in settings], table[name]
        if ranges == "narrow" and name == "critic_norm" and model in ("wgangp", "dragan"):
            wanted = (False,)
        if wanted[0] not in ("uniform", "log"):
            assert set(values) == set(wanted)
            shares = [values.count(value) / len(values) for value in wanted]
            assert np.allclose(shares, 1 / len(wanted), atol=0.1)  # 4 standard errors
            continue
        kind, low, high = wanted
        places = np.log10(values) if kind == "log" else np.array(values)
        assert places.min() >= low and places.max() <= high
        assert stats.kstest((places - low) / (high - low), "uniform").pvalue > 1e-3


def test_draw_0_has_the_models_own_and_no_draw_depends_on_how_many_there_are():
    few, many = (draw_trials(base("began", width=8), "wide", count) for count in (3, 9))
    assert many[:3] == few
    assert few[0].settings(base("began", width=8)) == base("began", width=8, **few[0].values)
    assert few[0].values["learning_rate"] == 1e-4 and few[0].values["diversity"] == 0.75
    assert [trial.name for trial in many] == [f"draw{number}" for number in range(9)]
    assert {trial.settings(base("began", width=8)).width for trial in many} == {8}
    assert all(set(trial.values) == set(few[0].values) for trial in many)


def frame(*entries):
    rows = [
        dict.fromkeys(COLUMNS, 0)
        | {"draw": draw, "step": step, "value": value, "diverged": diverged, "metric": metric,
           "hyperparameters": f"beta1=0.{draw} critic_norm=true", "seconds": float(step)}
        for draw, step, metric, value, diverged in entries
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


ROWS = frame(
    (0, 1, DISTANCE, 5.0, 0), (0, 1, "f8", 0.1, 0), (0, 2, DISTANCE, 9.0, 0), (0, 2, "f8", 0.2, 0),
    (1, 1, DISTANCE, 4.0, 0), (1, 2, DISTANCE, FAILED, 1),
    (2, 1, DISTANCE, FAILED, 1),
)  # fmt: skip


def test_the_least_distance_over_the_checkpoints_counts():
    scores = run_scores(ROWS)
    found = list(scores[["draw", "step", "score", "diverged", "seconds"]].itertuples(index=False))
    assert found == [(0, 1, 5.0, 0, 2.0), (1, 1, 4.0, 1, 2.0), (2, 1, FAILED, 1, 1.0)]


def test_of_another_score_the_most_counts_and_a_training_without_it_has_none():
    scores = run_scores(ROWS, metric="f8", most=True)
    assert list(scores["draw"]) == [0, 1, 2] and list(scores["diverged"]) == [0, 1, 1]
    assert scores["score"].iloc[0] == 0.2 and scores["step"].iloc[0] == 2
    assert scores["score"].iloc[1:].isna().all()


def test_a_method_that_is_not_searched_is_one_draw_without_steps(tmp_path):
    scores = [{"metric": DISTANCE, "value": 6.0, "n_real": 9, "n_fake": 8}]
    rows = [*reference_rows(scores, 3.5), *ROWS.to_dict("records")]
    save_rows(tmp_path / "draws.csv", rows, COLUMNS)
    read = load_frame(tmp_path / "draws.csv", *COLUMNS)
    assert list(is_reference(read)) == [True] + [False] * len(ROWS)
    own = run_scores(read[:1])
    assert (own["score"][0], own["seconds"][0], own["n_fake"][0]) == (6.0, 3.5, 8)


def test_the_best_draw_is_trained_again():
    trials = rerun_trials(ROWS, 2)
    assert best_draw(ROWS)["draw"] == 1
    assert [(one.name, one.draw, one.run) for one in trials] == [("rerun0", 1, 0), ("rerun1", 1, 1)]
    assert trials[0].values == {"beta1": 0.1, "critic_norm": True}
    assert rerun_trials(ROWS[ROWS["draw"] == 2], 1)[0].draw == 2
    with pytest.raises(InputError, match="has no draws"):
        rerun_trials(ROWS[:0], 2)


def test_hyper_parameters_keep_all_their_digits():
    for trial in draw_trials(base("began"), "wide", 20):
        from aeot.search.rows import write_items

        assert read_items(write_items(trial.values)) == trial.values
