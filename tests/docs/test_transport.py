"""docs/transport.md: its examples run as they stand, and its numbers and tables are right."""

import re
import struct
from pathlib import Path

import numpy as np
import pytest

from aeot.transport import TransportSettings, solve
from aeot.transport.certificate import held_out_size, stopping_share
from aeot.transport.run import HISTORY

PAGE = Path(__file__).parents[2] / "docs" / "transport.md"
TEXT = PAGE.read_text(encoding="utf-8")
PROSE = " ".join(TEXT.split())  # however the lines are broken
FIRST, CELLS, COLOURS, MASSES = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a block of the page in an empty folder; return the names that it defines."""
    plt = pytest.importorskip("matplotlib.pyplot")
    plt.switch_backend("agg")
    monkeypatch.chdir(tmp_path)

    def execute(block):
        names = {"__name__": "example"}
        exec(compile(block, str(PAGE), "exec"), names)
        return names

    yield execute
    plt.close("all")


def png_size(path):
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


def same_picture_as_the_page(path):
    """Whether the page shows a picture of that name and size, small enough for the repository."""
    shown = PAGE.parent / "transport" / path.name
    assert f"(transport/{path.name})" in TEXT
    assert path.stat().st_size < 150_000
    assert shown.stat().st_size < 150_000
    return png_size(path) == png_size(shown)


@pytest.mark.long
def test_the_first_lines_converge_and_the_saved_map_is_the_map(run):
    names = run(FIRST)
    assert names["solution"].report["converged"]
    x = np.random.default_rng(2).normal(size=(100, 8))
    np.testing.assert_array_equal(names["again"].map(x), names["solution"].map(x))


def test_the_cells_of_the_square_are_exact_and_cover_it(run, tmp_path):
    names = run(CELLS)
    assert names["solution"].report["method"] == "power diagram"
    assert names["solution"].report["converged"]
    assert names["error"] < 1e-6
    inside = [cell.min() >= -1e-9 and cell.max() <= 1 + 1e-9 for cell in names["cells"]]
    assert len(inside) == 500
    assert all(inside)
    assert same_picture_as_the_page(tmp_path / "cells.png")


@pytest.mark.long
def test_a_picture_takes_the_mean_colour_of_the_other(run, tmp_path, capsys):
    names = run(COLOURS)
    for palette in (names["a"], names["b"]):
        assert palette.solution.report["converged"]
        np.testing.assert_allclose(palette.solution.transport.masses.sum(), 1)
    a, b, a_as_b, b_as_a = (v.mean(axis=(0, 1)) for v in names["pictures"].values())
    assert np.abs(a - b).max() > 0.2
    np.testing.assert_allclose(a_as_b, b, atol=0.02)
    np.testing.assert_allclose(b_as_a, a, atol=0.02)
    assert "A in the colours of B" in capsys.readouterr().out
    assert same_picture_as_the_page(tmp_path / "colours.png")


@pytest.mark.long
def test_rare_classes_get_their_tenth(run):
    names = run(MASSES)
    assert names["solution"].report["converged"]
    low, high = re.search(r"every class has ([\d.]+) % to ([\d.]+) % of the mass", PROSE).groups()
    assert 100 * names["reached"].min() > float(low)
    assert 100 * names["reached"].max() < float(high)
    before = re.search(r"Before: (\d+) % of the codes are zeros and (\d+) % fives", PROSE).groups()
    assert [f"{100 * names['given'][k]:.0f}" for k in (0, 5)] == list(before)


def fields_of_the_page():
    """Names in the first column of the table of report fields, `_low` written out."""
    table = TEXT.split("| field | meaning | unit |")[1].split("\n\n")[0]
    found, stem = [], ""
    for row in table.splitlines():
        for name in re.findall("`([a-z_]+)`", row.split("|")[1] if "|" in row else ""):
            stem = stem if name.startswith("_") else name
            found.append(stem + name if name.startswith("_") else name)
    return found


def test_the_table_names_every_field_of_a_report():
    report = solve(np.array([[0.0], [1.0]]), settings=TransportSettings(tolerance=0.2)).report
    assert sorted(fields_of_the_page()) == sorted(report)


def test_the_page_names_the_columns_of_the_history():
    row = next(line for line in TEXT.splitlines() if line.startswith("| `history`"))
    assert re.findall("`([a-z_]+)`", row)[1:] == HISTORY[:3]


def test_the_page_states_the_defaults():
    settings = TransportSettings()
    assert f"the tolerance ({settings.tolerance})" in PROSE
    assert f"the confidence ({settings.confidence})" in PROSE
    assert f"{settings.samples_per_code:,} per code" in PROSE


def test_the_numbers_of_held_out_samples_are_what_the_functions_give():
    rows = re.findall(r"a = (0\.\d+), M = ([\d,]+) for N = ([\d,]+)[;.]", PROSE)
    assert len(rows) == 3
    alpha = 0.9 * (1 - 0.95) / 2  # of the first full evaluation
    for share, size, count in rows:
        codes = int(count.replace(",", ""))
        assert f"{stopping_share(codes, alpha):.3f}" == share
        assert f"{held_out_size(codes, 0.05, alpha):,}" == size


def test_the_page_links_to_what_is_there():
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert "://" in target or (PAGE.parent / target).exists(), target
