"""Table 2: published numbers beside what they are, and notes whose numbers are computed."""

import math
import re

import pandas as pd
import pytest

from aeot.errors import InputError
from aeot.files import frame_rows
from aeot.metrics.collapse import METRICS
from aeot.tables.modes import collapse_summary, collapse_table
from aeot.tables.published import COLUMNS, Published, PublishedNumbers


def number(row, metric, value, error, table="AE-OT Table 2", remark=""):
    values = (table, "grid", row, metric, value, error, "10", "", remark, "")
    return Published(**dict(zip(COLUMNS, values, strict=True)))


PRINTED = PublishedNumbers([
    number("aeot512", "reverse_kl_data", "0.007", "0.002"),
    number("gan", "reverse_kl", "0.70", "0.07", table="PacGAN Table 1"),
])  # fmt: skip


def records(row="aeot512", mixture="grid", n=2500, **values):
    """Two trials of a seed; a value is that of both, or a pair."""
    given = dict.fromkeys(METRICS, 0.5) | values
    run = {"mixture": mixture, "row": row, "seed": 0, "step": 1, "seconds": 3.0, "moment": 0}
    return [
        run | {"trial": trial, "metric": metric, "n": n,
               "value": value[trial] if isinstance(value, tuple) else value}
        for trial in range(2)
        for metric, value in given.items()
    ]  # fmt: skip


def summary(rows, published=PRINTED):
    return collapse_summary(pd.DataFrame(rows), published)


def table_of(*parts):
    table = collapse_table(summary([r for part in parts for r in part]))
    lines = [dict(zip(block.header, row, strict=True)) for block in table.blocks
             for row in block.rows]  # fmt: skip
    return table, lines


def test_a_published_divergence_stands_beside_the_one_that_it_is():
    table, lines = table_of(records(), records("gan"))
    (block,) = table.blocks
    beside = [block.header[k - 1] for k, name in enumerate(block.header) if name == "published"]
    assert beside == ["Reverse KL", "Reverse KL, to its data"]
    for row, places in zip(block.rows, (("0.70 ± 0.07", "—"), ("—", "0.007 ± 0.002")), strict=True):
        assert tuple(row[k] for k, name in enumerate(block.header) if name == "published") == places
    assert [line["Printed in"] for line in lines] == ["PacGAN Table 1", "AE-OT Table 2"]


def test_a_mixture_without_published_numbers_has_no_column_for_them():
    table, _ = table_of(records(mixture="hundred"))
    assert "published" not in table.blocks[0].header and "Printed in" not in table.blocks[0].header


def test_mean_and_error_are_those_of_the_trials():
    (row,) = [
        row
        for row in frame_rows(summary(records(reverse_kl_data=(0.004, 0.008))))
        if row["metric"] == "reverse_kl_data"
    ]
    assert row["mean"] == pytest.approx(0.006) and row["se"] == pytest.approx(0.002)
    assert (row["published"], row["n"]) == ("0.007 ± 0.002", 2500)


def test_an_infinite_divergence_is_shown_and_not_left_out():
    _, (line,) = table_of(records(reverse_kl_data=(math.inf, 0.01)))
    assert line["Reverse KL, to its data"] == "∞"
    _, (line,) = table_of(records(reverse_kl_data=(None, None)))
    assert line["Reverse KL, to its data"] == "—"
    with pytest.raises(InputError, match="nan"):
        table_of(records(reverse_kl_data=("nan", 0.01)))


@pytest.mark.parametrize(
    ("mixture", "n", "chance"), [("grid", 2500, 24 / 5000), ("hundred", 700, 99 / 1400)]
)
def test_the_numbers_of_the_notes_are_those_of_the_rows(mixture, n, chance):
    notes = " ".join(table_of(records(mixture=mixture, n=n))[0].notes)
    assert f"{n:,} samples per trial" in notes
    assert f"{chance:.3f} on the mixture" in notes
    assert "98.9 % of high quality" in notes and "1,000 samples" in notes
    assert "512" not in notes and not re.search(r"published 0\.007", notes)


def test_remarks_are_explained():
    printed = PublishedNumbers([number("aeot512", "modes", "25.0", "0.0", remark="otherwise")])
    rows = summary(records(), printed)
    assert "differs from ours" in " ".join(collapse_table(rows).notes)
    assert "differs from ours" not in " ".join(table_of(records())[0].notes)


def test_the_table_says_what_becomes_of_singular_samples():
    own = [record for row in ("aeot512", "aeot512centres", "gan") for record in records(row)]
    rows = summary(own)
    treated = {"aeot512": "redraw", "aeot512centres": "reject"}
    treated["aeot4096"] = "plain"  # not shown
    notes = " ".join(collapse_table(rows, treated).notes)
    assert "is drawn again within its cell in the rows: AE-OT, 512 points." in notes
    assert "is rejected in the rows: AE-OT, 512, mass centres." in notes
    assert "plain map" not in notes
    assert "singular" not in " ".join(collapse_table(rows).notes)
