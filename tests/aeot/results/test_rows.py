"""Summaries of committed rows."""

import numpy as np
import pandas as pd
import pytest

from aeot.results.rows import search_summary, seed_summary
from aeot.search.rows import COLUMNS, DISTANCE, FAILED


def rows():
    """Three draws of a GAN at two checkpoints, the last one diverged; a sampler beside them."""
    found = []
    for draw, values in enumerate([(9.0, 7.0), (3.0, 5.0)]):
        for step, (value, f1) in enumerate(zip(values, (0.2 * draw, 0.1), strict=True)):
            of = {"model": "nsgan", "draw": draw, "step": step, "diverged": 0,
                  "hyperparameters": f"beta1=0.5 learning_rate={10.0 ** -draw}"}  # fmt: skip
            found += [
                of | {"metric": DISTANCE, "value": value, "n_real": 50, "n_fake": 40},
                of | {"metric": "manifold_f1", "value": f1, "n_real": 50, "n_fake": 40},
            ]
    found.append({"model": "nsgan", "draw": 2, "step": 1, "diverged": 1, "metric": DISTANCE,
                  "value": FAILED, "hyperparameters": "beta1=0.5 learning_rate=9.0"})  # fmt: skip
    found.append({"model": "aeot", "draw": 0, "diverged": 0, "metric": DISTANCE, "value": 4.0,
                  "n_real": 50, "n_fake": 40, "hyperparameters": np.nan})  # fmt: skip
    return pd.DataFrame(found).assign(run=0).reindex(columns=["model", *COLUMNS])


def test_a_search_is_summarised_by_the_best_checkpoints_of_its_draws():
    found = search_summary(rows()).set_index("model")
    gan = found.loc["nsgan"]
    assert (gan["authors"], gan["best"], gan["median"], gan["worst"]) == (7, 3, 5, 7)
    assert (gan["rate"], gan["f1"]) == (0.1, pytest.approx(0.2))
    assert (gan["draws"], gan["diverged"], gan["n_real"], gan["n_fake"]) == (3, 1, 50, 40)
    sampler = found.loc["aeot"]
    assert (sampler["best"], sampler["draws"], sampler["diverged"]) == (4, 1, 0)
    assert pd.isna(sampler["rate"]) and pd.isna(sampler["f1"])


def test_numbers_are_averaged_over_seeds_and_names_are_kept():
    rows = pd.DataFrame({
        "curve": ["a", "a", "b", "a"], "evaluations": [1, 1, 1, 4], "seed": [0, 1, 0, 0],
        "extractor": "flat", "distance": [3.0, 5.0, 7.0, 1.0], "error": [0.1, 0.3, None, 0.1],
    })  # fmt: skip
    found = seed_summary(rows, ["curve", "evaluations"]).set_index(["curve", "evaluations"])
    assert found.loc[("a", 1), "distance"] == 4
    assert found.loc[("a", 1), "distance_sd"] == pytest.approx(2**0.5)
    assert found["rows"].tolist() == [2, 1, 1]
    assert pd.isna(found.loc[("b", 1), "distance_sd"]) and pd.isna(found.loc[("b", 1), "error"])
