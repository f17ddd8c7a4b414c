"""Ranks over seeds: as SciPy ranks, and flips as Kendall counts them."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, rankdata

from aeot.charts.ranks import RanksFigure, discordant, rank_rows
from aeot.errors import InputError
from aeot.files import save_rows

WHERE = {"dataset": "grey", "extractor": "flat"}


def distances(values):
    """Name the rows (seeds) and columns (methods) of an array."""
    array = np.array(values)
    names = pd.Index([f"m{k}" for k in range(array.shape[1])], name="model")
    return pd.DataFrame(array, pd.RangeIndex(len(array), name="seed"), names)


@pytest.mark.parametrize("shape", [(2, 2), (3, 5), (6, 9)])
def test_the_share_of_flips_is_what_kendalls_tau_says(shape):
    values = np.random.default_rng(sum(shape)).normal(size=shape)
    count, pairs = discordant(values)
    taus = [kendalltau(a, b).statistic for a, b in combinations(values, 2)]
    assert count / pairs == pytest.approx((1 - np.mean(taus)) / 2)
    assert rank_rows(distances(values))[0]["flipped"] == count / pairs


def test_flips_are_counted_one_by_one():
    for order in permutations(range(4)):
        inversions = sum(order[a] > order[b] for a, b in combinations(range(4), 2))
        assert discordant(np.array([range(4), order], float)) == (inversions, 6)


def test_only_the_order_matters_and_not_which_seed_is_first():
    values = np.random.default_rng(0).normal(size=(4, 6))
    other = np.exp(values[::-1]) * np.array([[1.0], [50.0], [0.01], [3.0]])
    assert discordant(values) == discordant(other)
    assert discordant(np.stack([values[0]] * 3)) == (0, 45)
    assert discordant(np.stack([values[0], -values[0]])) == (15, 15)


def test_a_tie_is_no_flip_and_shares_a_rank():
    assert discordant(np.array([[1.0, 2.0], [5.0, 5.0]])) == (0, 1)
    values = np.array([[3.0, 1.0, 3.0, 2.0], [1.0, 1.0, 0.5, 9.0]])
    ranks = [row["rank"] for row in rank_rows(distances(values))]
    wanted = np.array([rankdata(row, method="min") for row in values])
    np.testing.assert_array_equal(np.reshape(ranks, (4, 2)).T, wanted)


def scores(folder, *entries):
    names = ["dataset", "source", "model", "seed", "extractor", "metric", "value"]
    rows = [dict(zip(names, ("grey", "grey", *entry), strict=True)) for entry in entries]
    save_rows(folder / "scores.csv", rows, names)
    return {"scores": [str(folder / "scores.csv")]}


def test_methods_are_ranked_and_nothing_else(tmp_path):
    rows = RanksFigure().collect(
        scores(
            tmp_path,
            ("floor", 0, "flat", "frechet_distance", 0.1),
            ("vae", 10, "flat", "frechet_distance", 9),
            ("vae", 9, "flat", "frechet_distance", 5),
            ("aeot", 10, "flat", "frechet_distance", 8),
            ("aeot", 9, "flat", "frechet_distance", 7),
            ("aeot", 9, "other", "frechet_distance", 2),
            ("aeot", 9, "flat", "f8", 0.9),
        ),
        WHERE,
    )
    found = [(row["model"], row["seed"], row["rank"], row["flipped"]) for row in rows]
    assert found == [("aeot", 9, 2, 1.0), ("aeot", 10, 1, 1.0),
                     ("vae", 9, 1, 1.0), ("vae", 10, 2, 1.0)]  # fmt: skip


def test_what_cannot_be_ranked_is_named(tmp_path):
    with pytest.raises(InputError, match="m1 has no Fréchet distance for seed 1"):
        rank_rows(distances([[1.0, 2.0], [3.0, np.nan]]))
    with pytest.raises(InputError, match="have no Fréchet distance"):
        RanksFigure().collect(scores(tmp_path, ("aeot", 0, "other", "fid", 1)), WHERE)


def drawn(values, frame):
    return RanksFigure().draw(frame(rank_rows(distances(values))), "Grey", WHERE, {}).axes[0]


def test_a_line_goes_from_rank_to_rank_and_the_first_is_on_top(frame):
    axes = drawn([[1.0, 2.0, 3.0], [1.0, 5.0, 3.0]], frame)
    lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert lines == {"m0": [1, 1], "m1": [2, 3], "m2": [3, 2]}
    bottom, top = axes.get_ylim()
    assert bottom > top
    assert axes.get_title("left") == (
        "Grey\nOrder of two methods flipped between two seeds: 33.3 % of 3 pairs"
    )
    names = {entry.get_text(): entry.xy for entry in axes.texts}
    assert names == {"m0": (1, 1), "m1": (1, 3), "m2": (1, 2)}


def test_one_seed_is_one_column_that_cannot_tell(frame):
    axes = drawn([[2.0, 1.0, 2.0]], frame)
    assert [list(line.get_xdata()) for line in axes.lines] == [[0]] * 3
    assert axes.get_title("left") == "Grey\nOne seed cannot tell how stable the order is"
    assert {entry.get_text() for entry in axes.texts} == {"m0, m2", "m1"}
    assert "One method has no order" in drawn([[1.0], [2.0]], frame).get_title("left")
