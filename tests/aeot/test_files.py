"""Reading tidy CSV files back; what is wrong with one is said in one sentence."""

import pytest

from aeot.errors import InputError
from aeot.files import load_rows, save_rows


def test_rows_come_back_as_they_were_written(tmp_path):
    rows = [{"metric": "f8", "value": 0.1 + 0.2, "n": 7}, {"metric": 'a,"b"', "value": None}]
    save_rows(tmp_path / "rows.csv", rows, ["metric", "value", "n"])
    assert load_rows(tmp_path / "rows.csv", "metric", "value") == [
        {"metric": "f8", "value": repr(0.1 + 0.2), "n": "7"},
        {"metric": 'a,"b"', "value": "", "n": ""},
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("metric,n\nf8,1\n", "has no column 'value'"),
        ("", "has no column 'metric'"),
        ("metric,value\nf8,1,2\n", "line 2 does not have the header's 2 cells"),
        ("metric,value\nf8,1\nkid\n", "line 3 does not have the header's 2 cells"),
    ],
)
def test_a_file_of_another_shape_is_named(tmp_path, text, fault):
    (tmp_path / "rows.csv").write_text(text)
    with pytest.raises(InputError, match=fault):
        load_rows(tmp_path / "rows.csv", "metric", "value")


def test_a_missing_or_binary_file_is_named(tmp_path):
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00metric")
    for name in ("binary.csv", "absent.csv"):
        with pytest.raises(InputError, match=name):
            load_rows(tmp_path / name, "metric")
