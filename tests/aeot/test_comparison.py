"""Two folders of results: the same but for the clock, or every difference named."""

import shutil

import numpy as np
import pytest

from aeot.comparison import differences
from aeot.errors import InputError
from aeot.files import save_arrays, save_json, save_rows


@pytest.fixture
def pair(tmp_path):
    """Write results, and the same ones with other seconds; returns both folders."""
    for run, seconds in (("one", 1.5), ("two", 2.5)):
        folder = tmp_path / run
        save_json(folder / "a" / "report.json", {"loss": 0.5, "fit": {"seconds": seconds}})
        save_rows(folder / "scores.csv", [{"value": 1.0, "n": 3}], ["value", "n"])
        save_rows(
            folder / "tables" / "t.csv", [{"mean": 1, "seconds": seconds}], ["mean", "seconds"]
        )
        for form in ("md", "tex", "html"):
            (folder / "tables" / f"t.{form}").write_text(f"1 in {seconds} s")
            (folder / "tables" / f"u.{form}").write_text("no clock here")
        save_rows(folder / "tables" / "u.csv", [{"mean": 1}], ["mean"])
        save_arrays(folder / "a" / "x.npz", x=np.arange(3))
        for name in ("progress", "samples"):
            (folder / f"{name}.png").write_bytes(b"png" + b"%f" % (name == "progress" and seconds))
        (folder / "logs").mkdir()
        (folder / "logs" / "a.log").write_text(f"{seconds} s")
    return tmp_path / "one", tmp_path / "two"


def test_the_clock_makes_no_difference(pair):
    assert differences(*pair) == []


def alter(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes().replace(b"0.5", b"0.6") + b"\n")


@pytest.mark.parametrize("name", ["samples.png", "a/x.npz", "tables/u.md", "tables/u.html"])
def test_a_changed_file_is_named(pair, name):
    alter(pair[1], name)
    assert differences(*pair) == [f"{name} differs"]


def test_changed_numbers_are_found_beside_the_clocks(pair):
    save_json(pair[1] / "a" / "report.json", {"loss": 0.6, "fit": {"seconds": 2.5}})
    rows = [{"mean": 2, "seconds": 1.5}]
    save_rows(pair[1] / "tables" / "t.csv", rows, ["mean", "seconds"])
    assert differences(*pair) == ["a/report.json differs", "tables/t.csv differs"]


def test_a_file_of_one_run_only_is_named(pair):
    (pair[0] / "scores.csv").unlink()
    shutil.copy(pair[0] / "samples.png", pair[0] / "more.png")
    assert differences(*pair) == [
        f"more.png is only in {pair[0]}",
        f"scores.csv is only in {pair[1]}",
    ]


def test_nothing_to_compare_is_an_error(pair, tmp_path):
    with pytest.raises(InputError, match="nowhere is not a folder"):
        differences(pair[0], tmp_path / "nowhere")
    (tmp_path / "bare").mkdir()
    with pytest.raises(InputError, match="bare contains no results"):
        differences(pair[0], tmp_path / "bare")
