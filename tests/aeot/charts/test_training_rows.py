"""Histories of all seeds, the freeze, and the published losses."""

import pytest

from aeot.charts.training import HISTORY, training_rows
from aeot.errors import InputError
from aeot.tables.published import COLUMNS, Published, PublishedNumbers

PRINTED = PublishedNumbers([
    Published(**dict(zip(COLUMNS, ("AE-OT Table 1", "mnist", "ae", "l2_after", "0.0005",
                                   "", "", "", "", ""), strict=True)))
])  # fmt: skip


def history(*rows):
    return [dict(zip(HISTORY, map(str, row), strict=True)) for row in rows]


FROZEN = history((1, 1, 0.5, 0.6), (1, 2, 0.3, 0.4), (2, 3, 0.2, 0.35))


def series(rows, name):
    return [(row["seed"], row["epoch"], row["loss"]) for row in rows if row["series"] == name]


def test_seeds_are_merged_in_numerical_order():
    rows = training_rows({"10": history((1, 1, 0.7, 0.8)), "9": FROZEN}, "shapes", PRINTED)
    assert series(rows, "train") == [("9", 1, 0.5), ("9", 2, 0.3), ("9", 3, 0.2), ("10", 1, 0.7)]
    assert series(rows, "test")[-1] == ("10", 1, 0.8)
    assert series(rows, "published") == []


def test_the_freeze_is_after_the_last_epoch_of_phase_one():
    assert series(training_rows({"0": FROZEN}, "shapes", PRINTED), "freeze") == [("0", 2, None)]


def test_a_run_that_never_froze_has_no_freeze():
    rows = training_rows({"0": history((1, 1, 0.5, 0.6))}, "shapes", PRINTED)
    assert series(rows, "freeze") == []


def test_published_losses_say_what_they_are_of():
    whole = training_rows({"0": FROZEN}, "mnist", PRINTED)[-1]
    part = training_rows({"0": FROZEN}, "mnist5k", PRINTED)[-1]
    assert (whole["loss"], whole["label"]) == (0.0005, "published, after freezing")
    assert (part["loss"], part["label"]) == (0.0005, "published for MNIST, after freezing")


def test_faults_are_named():
    with pytest.raises(InputError, match="history of seed 3 has no rows"):
        training_rows({"3": []}, "mnist", PRINTED)
    with pytest.raises(InputError, match="train_loss in the history of seed 3"):
        training_rows({"3": history((1, 1, "nan", 0.6))}, "mnist", PRINTED)
