"""Table 1's arithmetic and layout."""

import math

import pytest

from aeot.errors import InputError
from aeot.files import frame_rows
from aeot.tables.losses import Run, loss_rows, loss_table
from aeot.tables.published import COLUMNS, Published, PublishedNumbers

PRINTED = PublishedNumbers([
    Published(**dict(zip(COLUMNS, ("AE-OT Table 1", "mnist", "ae", metric, value,
                                   "", "", "", "", ""),
                         strict=True)))
    for metric, value in (("l2_before", "0.0013"), ("l2_after", "0.0005"))
])  # fmt: skip


def report(before, after, freeze=3, epochs=5, codes=64):
    return {
        "losses": {
            "before": dict(zip(("train", "test"), before, strict=True)),
            "after": dict(zip(("train", "test"), after, strict=True)),
        },
        "freeze_epoch": freeze,
        "epochs": epochs,
        "codes": codes,
    }


RUNS = [
    Run("mnist", "mnist", "0", report((0.002, 0.004), (0.001, 0.003))),
    Run("mnist", "mnist", "1", report((0.004, 0.006), (0.001, 0.005), freeze=4, epochs=7)),
    Run("tiny", "shapes", "0", report((0.02, 0.04), (0.01, 0.03))),
]


def test_means_spreads_and_printed_numbers_by_hand():
    rows = {
        (r["dataset"], r["moment"], r["split"]): r for r in frame_rows(loss_rows(RUNS, PRINTED))
    }
    assert len(rows) == 8
    train, test = rows["mnist", "before", "train"], rows["mnist", "after", "test"]
    assert train["mean"] == pytest.approx(0.003)
    assert train["sd"] == pytest.approx(0.001 * math.sqrt(2))
    assert (train["epochs_low"], train["epochs_high"]) == (3, 4)
    assert (test["mean"], test["epochs_high"]) == (pytest.approx(0.004), 7)
    assert (train["published"], train["published_table"]) == ("0.0013", "AE-OT Table 1")
    assert rows["tiny", "before", "train"]["sd"] is None


def test_the_printed_training_loss_never_stands_beside_a_test_loss():
    rows = loss_rows(RUNS, PRINTED)
    assert rows.loc[rows["split"] == "test", "published"].isna().all()
    assert rows.loc[rows["split"] == "train", "published"].notna().any()


def test_the_order_of_the_reports_does_not_matter():
    assert loss_rows(RUNS[::-1], PRINTED).equals(loss_rows(RUNS, PRINTED))


def test_the_table_shows_ours_beside_published_and_dashes_for_nothing():
    (block,) = loss_table(loss_rows(RUNS, PRINTED)).blocks
    assert block.rows == [
        ["MNIST", "0.00300 ± 0.00141", "0.00500 ± 0.00141", "0.0013",
         "0.00100 ± 0.00000", "0.00400 ± 0.00141", "0.0005", "3–4 / 5–7", "64", "2"],
        ["Shapes (synthetic), tiny", "0.02000", "0.04000", "—", "0.01000", "0.03000", "—",
         "3 / 5", "64", "1"],
    ]  # fmt: skip
    assert all(len(row) == len(block.header) for row in block.rows)


def test_a_part_of_mnist_marks_the_wholes_numbers():
    runs = [Run("mnist5k", "mnist5k", "0", RUNS[0].report)]
    table = loss_table(loss_rows(runs, PRINTED))
    assert table.blocks[0].rows[0][3] == "0.0013 †"
    assert sum("†" in note for note in table.notes) == 1
    assert not any("†" in note for note in loss_table(loss_rows(RUNS, PRINTED)).notes)


def test_faults_are_named():
    with pytest.raises(InputError, match="same seed"):
        loss_rows([RUNS[0], RUNS[0]], PRINTED)
    broken = Run("mnist", "mnist", "7", {**RUNS[0].report, "losses": {"before": {"train": 1}}})
    with pytest.raises(InputError, match=r"mnist, seed 7: losses.before.test is missing"):
        loss_rows([broken], PRINTED)
    broken = Run("mnist", "mnist", "7", report((math.nan, 1), (1, 1)))
    with pytest.raises(InputError, match="not a finite number"):
        loss_rows([broken], PRINTED)
