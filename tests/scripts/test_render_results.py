"""The pages of results from the command line."""

import os
import runpy
import shutil
from pathlib import Path

import pytest

from aeot.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
main = runpy.run_path(str(ROOT / "scripts" / "render_results.py"))["main"]


@pytest.fixture
def docs(tmp_path):
    """A copy of what pages are made of; pictures and rows are links."""
    target = tmp_path / "docs"
    shutil.copytree(ROOT / "docs" / "measured", target / "measured", copy_function=os.symlink)
    (target / "results").mkdir()
    shutil.copy(ROOT / "docs" / "results" / "matrix.yaml", target / "results")
    shutil.copy(ROOT / "README.md", tmp_path)
    for path in (ROOT / "docs").glob("*.md"):
        (target / path.name).symlink_to(path)
    return target


def render(docs):
    main([
        f"--measured={docs / 'measured'}", f"--published={ROOT / 'config' / 'published.csv'}",
        f"--matrix={docs / 'results' / 'matrix.yaml'}", f"--readme={docs.parent / 'README.md'}",
    ])  # fmt: skip
    return read(docs.parent)


def read(root):
    pages = [root / "README.md", *(root / "docs" / "results").glob("*.md")]
    return {str(path.relative_to(root)): path.read_text("utf-8") for path in pages}


@pytest.mark.long
def test_an_edited_row_changes_its_page_and_the_readme_alone(docs):
    committed = read(ROOT)
    rows = docs / "measured" / "full" / "fashionmnist" / "scores.csv"
    text = rows.read_text()
    rows.unlink()
    rows.write_text(text.replace("450.7370753676382", "123.4"))
    changed = {name for name, text in render(docs).items() if text != committed[name]}
    assert changed == {"docs/results/full.md", "README.md"}
    assert "has a distance of 123.4**" in (docs / "results" / "full.md").read_text("utf-8")


def test_a_fault_writes_no_page(docs):
    for folder in (docs / "measured").iterdir():
        if folder.is_dir() and folder.name != "transport":
            shutil.rmtree(folder)
    findings = docs / "measured" / "transport" / "findings.md"
    findings.unlink()
    findings.write_text("{value table=peers row=grid/none column=reached}")
    with pytest.raises(InputError, match="no row 'grid/none'"):
        render(docs)
    assert not list((docs / "results").glob("*.md"))
