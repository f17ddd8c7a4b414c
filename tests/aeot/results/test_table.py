"""A table's cells are the rows' values: where they come from, in which unit, and for whom."""

import pandas as pd
import pytest

from aeot.errors import InputError
from aeot.results.rows import draw_summary
from aeot.results.spec import TableSpec
from aeot.results.table import build
from aeot.tables.published import PublishedNumbers

WIDE = pd.DataFrame({
    "size": [2, 10, 2, 10], "case": ["now", "now", "before", "before"],
    "share": [0.5, 0.25, 0.75, 1.0], "drawn": [10, 20, 30, 40], "images": [4, 4, 4, 4],
    "words": ["a", "b", "c", "d"],
})  # fmt: skip


def table(rows, **values):
    spec = TableSpec.checked({"heading": "h", "rows": "r.csv", **values}, "page")
    return build(spec, rows, PublishedNumbers([]), "page, table t")


def shown(built):
    return {row: [cell.text for cell in cells.values()] for row, cells in built.cells.items()}


def test_a_wide_table_takes_values_by_other_cells():
    columns = {
        "now": {"value": "share", "where": {"case": "now"}, "factor": 100, "digits": 0},
        "before": {"value": "share", "where": {"case": "before"}, "digits": 2},
        "each": {"value": "drawn", "over": "images", "where": {"case": "now"}, "digits": 1},
        "words": {"where": {"case": "before"}},
    }
    built = table(WIDE, by="size", columns=columns)
    assert shown(built) == {"2": ["50", "0.75", "2.5", "c"], "10": ["25", "1.00", "5.0", "d"]}
    assert built.cells["10"]["now"].number == 25


def test_lines_come_in_the_order_asked_for_under_todays_names():
    rows = pd.DataFrame({"row": ["data", "gan"], "metric": "modes", "mean": [25.0, 9.5]})
    built = table(rows, by="row", renamed={"data": "resampled"}, columns={"modes": None})
    assert list(built.cells) == ["resampled", "gan"]  # the order of the labels
    assert "| Training points drawn again | 25.0 |" in built.markdown()
    built = table(rows, by="row", lines=["gan"], labels={"gan": "A GAN"}, columns={"modes": None})
    assert built.markdown().splitlines() == ["| Model | Modes |", "|:--|--:|", "| A GAN | 9.5 |"]


def test_two_columns_name_a_line_together():
    built = table(WIDE, by=["size", "case"], columns={"share": {"digits": 2}})
    assert shown(built)["10/before"] == ["1.00"]
    assert "| 10, before | 1.00 |" in built.markdown()


def test_rows_are_chosen_for_the_whole_table():
    built = table(WIDE, by="size", where={"case": "now"}, columns={"share": {"digits": 2}})
    assert shown(built) == {"2": ["0.50"], "10": ["0.25"]}


def test_several_values_in_a_cell_are_an_error_and_equal_ones_are_one():
    with pytest.raises(InputError, match=r"table t: 2, share: 2 different values match; say more"):
        table(WIDE, by="size", columns={"share": None})
    assert shown(table(WIDE, by="size", columns={"images": {"digits": 0}})) == {
        "2": ["4"], "10": ["4"],
    }  # fmt: skip


def test_a_missing_value_is_a_dash():
    rows = WIDE.assign(share=[None, 0.25, None, 0.25])
    assert shown(table(rows, by="size", columns={"share": {"digits": 2}})) == {
        "2": ["—"], "10": ["0.25"],
    }  # fmt: skip


def test_a_column_of_a_metric_has_the_metrics_unit_and_note():
    rows = pd.DataFrame({"model": ["ae"], "metric": "sharpness", "mean": [0.1234], "sd": [None]})
    built = table(rows, by="model", columns={"sharpness": None})
    assert shown(built) == {"ae": ["123.4"]}
    assert built.columns["sharpness"].heading == "Sharpness × 1000"
    assert any("Laplacian" in note for note in built.notes())


def test_draws_are_averaged():
    rows = pd.DataFrame({"classes": [1, 1, 2], "draw": [0, 1, 0], "n": 9,
                         "frechet_distance": [2.0, 4.0, 1.0]})  # fmt: skip
    columns = {"distance": {"heading": "FD", "value": "mean", "digits": 1}}
    built = table(draw_summary(rows), by="classes", columns=columns)
    assert shown(built) == {"1": ["3.0 ± 1.4"], "2": ["1.0"]}
