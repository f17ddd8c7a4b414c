"""The budget of a search: its rows, and what is drawn of them."""

import numpy as np
import pytest

from aeot.charts.budget import BudgetFigure
from aeot.charts.f1budget import F1BudgetFigure
from aeot.curves.search import COLUMNS
from aeot.errors import InputError
from aeot.files import load_rows, save_rows
from aeot.search.rows import reference_rows

WHERE = {"dataset": "grey", "extractor": "flat"}


def test_a_budget_of_one_is_the_mean_of_the_draws_and_the_best_checkpoint_counts(draws):
    rows = BudgetFigure(resamples=20_000).collect(draws(), WHERE)
    found = {(row["model"], row["budget"]): row for row in rows}
    assert list(found) == [(m, k) for m in ("vae", "nsgan") for k in (1, 2, 3)]
    assert found["vae", 1]["mean"] == pytest.approx((7 + 8 + 3) / 3, rel=0.01)
    assert found["nsgan", 1]["mean"] == pytest.approx(45, rel=0.01)
    assert found["nsgan", 1]["failed"] == pytest.approx(1 / 3, abs=0.02)
    assert found["nsgan", 3]["failed"] == pytest.approx(1 / 27, abs=0.01)
    assert {row["draws"] for row in rows} == {3}
    assert rows == BudgetFigure(resamples=20_000).collect(draws(), WHERE)


@pytest.mark.long
def test_a_line_and_a_band_are_a_model(draws, frame):
    rows = frame(BudgetFigure(resamples=50).collect(draws(), WHERE))
    axes = BudgetFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    assert [line.get_label() for line in axes.lines] == ["VAE", "NS GAN"]
    for line, (_, own) in zip(axes.lines, rows.groupby("model", sort=False), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), own["mean"])
    for band, (_, own) in zip(axes.collections, rows.groupby("model", sort=False), strict=True):
        heights = band.get_paths()[0].vertices[:, 1]
        assert (heights.min(), heights.max()) == (own["low"].min(), own["high"].max())


def test_a_model_whose_draws_all_diverged_leaves_its_line_empty(draws, frame):
    search = (*draws.search[:4], ("began", 0, 2, 31337, 1))
    rows = frame(BudgetFigure(resamples=50).collect(draws(search), WHERE))
    assert rows[rows["model"] == "began"]["mean"].isna().all()
    axes = BudgetFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    assert np.isnan(axes.lines[1].get_ydata().astype(float)).all()


def test_no_draw_of_a_data_set_is_one_sentence(draws):
    with pytest.raises(InputError, match=r"no score for blue \(flat\)"):
        BudgetFigure().collect(draws(), WHERE | {"dataset": "blue"})


@pytest.fixture
def beside(draws):
    """The same search, and a method that is not searched, of distance 6."""
    files = draws()
    rows = load_rows(files["draws"][0])
    score = {"metric": "frechet_distance", "value": 6.0, "n_real": 1, "n_fake": 1}
    own = {"dataset": "grey", "extractor": "flat", "model": "aeot", "seed": 0}
    own |= reference_rows([score], 2.0)[0]
    save_rows(files["draws"][0], [*rows, own], COLUMNS)
    return files


def test_a_method_that_is_not_searched_is_a_line_across(beside, frame):
    rows = frame(BudgetFigure(resamples=50).collect(beside, WHERE))
    own = rows[rows["model"] == "aeot"]
    assert own["budget"].isna().all() and list(own["mean"]) == [6]
    axes = BudgetFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    (line,) = (entry for entry in axes.lines if entry.get_label() == "AE-OT")
    assert list(line.get_ydata()) == [6, 6] and len(axes.collections) == 2


def test_f1_is_best_where_it_is_largest(beside, frame):
    rows = load_rows(beside["draws"][0])
    scored = [row | {"metric": "manifold_f1", "value": float(row["value"]) / 100} for row in rows
              if row["model"] == "vae"]  # fmt: skip
    save_rows(beside["draws"][0], [*rows, *scored], COLUMNS)
    found = F1BudgetFigure(resamples=2000).collect(beside, WHERE)
    best = {row["model"]: row for row in found if row["budget"] in (3, None)}
    assert best["vae"]["high"] == 0.09  # the better checkpoint of the best draw
    assert best["aeot"]["mean"] is None and best["nsgan"]["mean"] is None
    axes = F1BudgetFigure().draw(frame(found), "Grey", WHERE, {}).axes[0]
    assert "AE-OT" not in [line.get_label() for line in axes.lines]
    assert axes.get_ylim() == (0, 1)
