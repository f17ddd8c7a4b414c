"""The budget of a search: its rows, and what is drawn of them."""

import numpy as np
import pytest

from aeot.charts.budget import BudgetFigure
from aeot.errors import InputError

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
    with pytest.raises(InputError, match=r"no score of blue \(flat\)"):
        BudgetFigure().collect(draws(), WHERE | {"dataset": "blue"})
