"""The committed pages are what the committed rows give, and say no number that was typed."""

import re
from pathlib import Path

import pytest

from aeot.results.render import render
from aeot.results.spec import PAGE, PROVENANCE, ProvenanceSpec, load_spec

ROOT = Path(__file__).resolve().parents[3]
MEASURED, RESULTS = ROOT / "docs" / "measured", ROOT / "docs" / "results"
FOLDERS = sorted(path.parent for path in MEASURED.glob(f"*/{PAGE}"))
PAGES = sorted([*RESULTS.glob("*.md"), *(ROOT / "docs" / "notebook").glob("*.md")])

every_folder = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def texts():
    published = ROOT / "config" / "published.csv"
    return render(MEASURED, published, RESULTS / "matrix.yaml", ROOT / "README.md")


@pytest.mark.long
def test_the_committed_pages_are_the_rendered_ones(texts):
    assert len(texts) > 10
    pages = [*RESULTS.glob("*.md"), ROOT / "README.md"]
    assert sorted(pages) == sorted(texts), "run `make results`, and remove pages without rows"
    stale = [path.name for path, text in texts.items() if path.read_text("utf-8") != text]
    assert not stale, "run `make results`"


def test_every_folder_of_rows_is_a_page():
    rows = {MEASURED / path.relative_to(MEASURED).parts[0] for path in MEASURED.rglob("*/*.*")}
    assert sorted(rows) == FOLDERS


@every_folder
def test_every_file_of_rows_says_where_it_comes_from(folder):
    provenance = load_spec(folder / PROVENANCE, ProvenanceSpec)
    rows = [path for path in folder.rglob("*") if path.suffix in (".csv", ".json")]
    assert rows
    for path in rows:
        provenance.of(path.relative_to(folder).as_posix(), folder / PROVENANCE)
    for run in provenance.runs:
        assert all(list(folder.glob(pattern)) for pattern in run.files), run.files


@every_folder
def test_findings_type_no_measured_number(folder):
    """A decimal number that `page.yaml` and the configuration do not name is a placeholder."""
    notes = [run.note or "" for run in load_spec(folder / PROVENANCE, ProvenanceSpec).runs]
    text = "\n".join([(folder / "findings.md").read_text("utf-8"), *notes])
    typed = re.findall(r"(?<![\w./-])\d*\.\d+(?![\w/-])", re.sub(r"\{[^}]*\}|`[^`]*`", "", text))
    settings = (folder / PAGE).read_text("utf-8") + (ROOT / "config" / "config.yaml").read_text()
    assert [number for number in typed if number not in settings] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_lead_to_what_is_there(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        assert "://" in target or (page.parent / target.replace("\\", "")).exists(), target


@pytest.mark.parametrize("name", sorted(path.name for path in RESULTS.glob("*.md")))
def test_tables_are_narrow_enough_to_be_read(name):
    for line in (RESULTS / name).read_text("utf-8").splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) <= 11


def test_every_note_of_the_notebook_is_listed_and_says_that_it_was_typed():
    front = (ROOT / "docs" / "notebook" / "README.md").read_text("utf-8")
    notes = [path for path in PAGES if path.parent.name == "notebook" and path.name != "README.md"]
    assert notes
    for path in notes:
        assert f"]({path.name})" in front
        assert re.match(r"# \d{4}-\d\d-\d\d: ", text := path.read_text("utf-8"))
        assert path.name.startswith(text[2:12])
        assert "Typed from " in text and "no rows" in text
