"""Losses, freeze and print are drawn as given, and every line is named."""

import pandas as pd
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
def rows(frame):
    names = ("series", "seed", "epoch", "loss", "label")
    return frame([dict(zip(names, entry, strict=True)) for entry in ENTRIES])


def test_training_draws_losses_freeze_and_print(rows, line):
    figure = TrainingFigure().draw(rows, "a title", {}, {})
    assert line(figure, "train") == ([1, 2], [0.5, 0.25])
    assert line(figure, "test") == ([1, 2], [0.6, 0.3])
    assert line(figure, "encoder frozen")[0] == [1.5, 1.5]
    assert line(figure, "published, before freezing (0.0013, train)")[1] == [0.0013, 0.0013]
    assert figure.axes[0].get_yscale() == "log"


def test_training_of_many_seeds_names_each_kind_once(rows, legend):
    more = rows[rows["series"] != "published"].assign(seed=1)
    labels = legend(TrainingFigure().draw(pd.concat([rows, more]), "a title", {}, {}))
    assert labels[:3] == ["train, 2 seeds", "test, 2 seeds", "encoder frozen"]
    assert len(labels) == 4


def test_no_rows_is_said():
    with pytest.raises(InputError, match=r"have no loss"):
        TrainingFigure().draw(pd.DataFrame(columns=["series"]), "a title", {}, {})
