"""Tables of several studies as one, which a reader sorts and filters."""

import re
from pathlib import Path

import numpy as np
import pytest

from aeot.explorer.parts import Context
from aeot.explorer.sheets import (
    lines_of,
    merged,
    modes_part,
    read_table,
    scores_part,
    sort_value,
)
from aeot.tables.render import Block
from aeot.tables.scores import COLUMNS, Scores, score_table

CONTEXT = Context({}, 2, 0)
METRICS = ["fid", "kid", "prd", "copying"]


def rows_of(body):
    """The texts of the rows of a sheet."""
    return [re.findall(r"<(?:td|th)[^>]*>([^<]*)</", row) for row in body.split("<tr>")[2:]]


def headings(body):
    return re.findall(r'<th scope="col"><button type="button">([^<]*)<', body)


def test_a_table_is_read_with_the_types_that_were_written(run_files):
    """So that the layout of the rows that were read is that of the rows that were computed."""
    path = run_files["scores"][0]
    published = Path(__file__).parents[3] / "config" / "published.csv"
    files = {"scores": [path.replace("/tables/", "/")], "published": [str(published)]}
    _, computed = Scores(metrics=METRICS).build(files)
    assert score_table(read_table(path, COLUMNS), metrics=METRICS) == computed


def test_every_row_of_every_study_says_of_what_it_is(run_files):
    body = scores_part(run_files["scores"], CONTEXT, METRICS).body
    rows, names = rows_of(body), headings(body)
    assert names[:4] == ["Model", "Study", "Data set", "Features"]
    assert {tuple(row[1:3]) for row in rows} == {
        ("main", "MNIST (5,000 digits)"), ("main", "Shapes (synthetic)"),
        ("second", "Shapes (synthetic)"),
    }  # fmt: skip
    assert len(rows) == 3 * 4
    assert all(len(row) == len(names) for row in rows)
    place = names.index("FD (efficientnetlite0)")
    (found,) = {row[place] for row in rows if row[0] == "AE-OT"}
    assert found == "101.00 ± 0.71"  # mean and deviation of 100.5 and 101.5
    assert names.index("Novelty") > place


def test_mode_collapse_is_a_table_of_mixtures(run_files):
    body = modes_part(run_files["modes"], CONTEXT).body
    assert headings(body)[:4] == ["Model", "Study", "Mixture", "Modes"]
    assert [row[:4] for row in rows_of(body)] == [
        ["Training points drawn again", "modes", "Ring of 8", "8.0 ± 0.1"],
        ["AE-OT, 512 points", "modes", "Ring of 8", "8.0 ± 0.1"],
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [("101.0 ± 0.7", 101.0), ("−0.25 ± 0.1", -0.25), ("1,000 / 2,000", 1000), ("∞", np.inf),
     ("—", None), ("AE-OT", None), ("16,384", 16384)],
)  # fmt: skip
def test_a_cell_is_sorted_by_the_number_with_which_it_starts(text, value):
    assert sort_value(text) == value


def test_headings_are_merged_in_the_order_of_each_table():
    assert merged(["ABD", "ACD", "EBF"]) == list("EACBFD")


def test_two_columns_of_one_heading_are_told_apart():
    block = Block("", ["Model", "KID", "s.e.", "Mass", "s.e."], [["a", "1", "2", "3", "4"]])
    (line,) = lines_of(block, {})
    assert line.cells == {"Model": "a", "KID": "1", "KID s.e.": "2", "Mass": "3", "Mass s.e.": "4"}
