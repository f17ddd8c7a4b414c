"""The spread over hyper-parameters: every draw is shown, failures too."""

import numpy as np
import pytest

from aeot.charts.spread import SpreadFigure

WHERE = {"dataset": "grey", "extractor": "flat"}


@pytest.fixture
def rows(draws, frame):
    return frame(SpreadFigure().collect(draws(), WHERE))


def test_a_draw_is_a_row_with_its_best_checkpoint_and_its_learning_rate(rows):
    assert set(rows["n_fake"]) == {1}
    found = list(rows.drop(columns="n_fake").fillna(-1).itertuples(index=False, name=None))
    assert found == [
        ("vae", 0, 7, 10, 0, 0.01), ("vae", 1, 8, 5, 0, 0.001), ("vae", 2, 3, 5, 0, 0.0001),
        ("nsgan", 0, 50, 5, 0, 0.01), ("nsgan", 1, -1, 2, 1, 0.001), ("nsgan", 2, 40, 5, 1, 0.0001),
    ]  # fmt: skip


def test_boxes_are_of_the_draws_that_have_a_distance_and_failures_stand_above(rows):
    axes = SpreadFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    medians = [line.get_ydata()[0] for line in axes.lines if line.get_linewidth() == 1.2]
    assert medians == [7, 45]
    marks = [np.asarray(part.get_offsets()) for part in axes.collections]
    heights = sorted(y for part in marks for y in part[:, 1])
    # Three draws and the authors' ring of the VAE; two draws, a ring, two crosses of NS GAN.
    assert heights == sorted([7, 8, 3, 7, 50, 40, 50, 40, 80])
    assert "1 diverged" in [text.get_text() for text in axes.texts]
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["VAE", "NS GAN"]
    for place, own in enumerate((marks[2], marks[-1])):
        assert (abs(own[:, 0] - place) < 0.5).all()


def test_a_model_without_any_distance_has_crosses_alone(draws, frame):
    lost = [(model, draw, 2, 31337, 1) for model in ("vae", "began") for draw in (0, 1)]
    rows = frame(SpreadFigure().collect(draws(lost), WHERE))
    axes = SpreadFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    assert [text.get_text() for text in axes.texts] == ["2 diverged"] * 2


def test_a_method_that_is_not_searched_is_a_diamond(draws, frame):
    files = draws((*draws.search, ("aeot", 0, "", 6.0, 0)))
    rows = frame(SpreadFigure().collect(files, WHERE))
    assert rows.loc[rows["model"] == "aeot", "learning_rate"].isna().all()
    axes = SpreadFigure().draw(rows, "Grey", WHERE, {}).axes[0]
    (mark,) = (line for line in axes.lines if line.get_marker() == "D")
    assert list(mark.get_xdata()) == [0] and list(mark.get_ydata()) == [6]
