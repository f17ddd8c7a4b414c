"""Losses, freeze and print are drawn as given, and every line is named."""

import pytest

from aeot.charts.training import TrainingFigure
from aeot.errors import InputError

ENTRIES = [
    ("train", 0, 1, 0.5, None),
    ("train", 0, 2, 0.25, None),
    ("test", 0, 1, 0.6, None),
    ("test", 0, 2, 0.3, None),
    ("freeze", 0, 1, None, None),
    ("published", None, None, 0.0013, "published, before freezing"),
]


@pytest.fixture
def rows(text):
    names = ("series", "seed", "epoch", "loss", "label")
    return text([dict(zip(names, entry, strict=True)) for entry in ENTRIES])


def legend(figure):
    (box,) = figure.legends
    return [entry.get_text() for entry in box.get_texts()]


def line(figure, label):
    (found,) = (entry for entry in figure.axes[0].lines if entry.get_label() == label)
    return list(found.get_xdata()), list(found.get_ydata())


def test_training_draws_losses_freeze_and_print(rows, line):
    figure = TrainingFigure().draw(rows, "a title", {}, {})
    assert line(figure, "train") == ([1, 2], [0.5, 0.25])
    assert line(figure, "test") == ([1, 2], [0.6, 0.3])
    assert line(figure, "encoder frozen")[0] == [1.5, 1.5]
    assert line(figure, "published, before freezing (0.0013, train)")[1] == [0.0013, 0.0013]
    assert figure.axes[0].get_yscale() == "log"


def test_training_of_many_seeds_names_each_kind_once(rows, legend):
    more = [dict(row, seed="1") for row in rows if row["series"] != "published"]
    labels = legend(TrainingFigure().draw(rows + more, "a title", {}, {}))
    assert labels[:3] == ["train, 2 seeds", "test, 2 seeds", "encoder frozen"]
    assert len(labels) == 4


def test_no_rows_is_said():
    with pytest.raises(InputError, match=r"hold no loss"):
        TrainingFigure().draw([], "a title", {}, {})
