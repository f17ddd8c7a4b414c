"""A page says what its rows, its layout and its provenance say, and refuses what does not fit."""

import pytest

from aeot.errors import InputError


def test_a_page_has_values_counts_provenance_and_the_published(folder):
    text = folder.texts()["study.md"]
    assert text.startswith("<!-- Rendered by `make results` from ../measured/study")
    assert "AE-OT is at 60.1 ± 1.5." in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert table == [
        "| Model | FD | F8 | Published |",
        "|:--|--:|--:|--:|",
        "| AE | 40.0 | — | — |",
        "| AE-OT | 60.1 ± 1.5 | 0.988 ± 0.001 | 6.4 ± 0.2 † |",
    ]
    assert (
        "1,000 test images, 1,000 generated images, 1–2 seeds. "
        "[scores.csv](../measured/study/scores.csv): two cores of a machine, commit `1234567`."
    ) in text
    assert "![A field.](../measured/study/field.png)" in text
    assert "- `scores.csv`: `make run` on two cores of a machine, commit `1234567`" in text
    assert "committed on 2026-11-28. Beside nothing." in text
    assert "† Published for the whole of MNIST" in text


def test_an_edited_row_changes_the_table_and_the_findings(folder):
    before = folder.texts()["study.md"]
    folder.edit("scores.csv", "60.06", "71.23")
    after = folder.texts()["study.md"]
    assert after == before.replace("60.1 ± 1.5", "71.2 ± 1.5")
    assert after.count("71.2 ± 1.5") == 2


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        ("page.yaml", "heading: Scores", "headline: Scores", "headline is not a known key"),
        ("page.yaml", "rows: scores.csv", "rows: other.csv", "other.csv does not exist"),
        ("page.yaml", "by: model", "by: method", "no column 'method'"),
        ("page.yaml", "by: model", "by: model\n    lines: [vae]", "no rows of 'vae'"),
        ("page.yaml", "field.png", "other.png", "there is no file other.png"),
        ("page.yaml", "title: A page", "title: {", "not a readable YAML file"),
        ("page.yaml", "f8:", "f8: {over: images}", "no column 'images'"),
        ("provenance.yaml", "[scores.csv]", "[other.csv]", "0 runs name scores.csv"),
        ("provenance.yaml", 'commit: "1234567"', "commit: []", "commit names none"),
        ("provenance.yaml", "2026-11-28", "yesterday", "date: string should match pattern"),
        ("scores.csv", "aeot,f8,0.98765", "aeot,frechet_distance,3", "2 different values match"),
    ],
)
def test_what_does_not_fit_is_one_sentence_with_the_file(folder, file, before, after, message):
    folder.edit(file, before, after)
    with pytest.raises(InputError, match=message) as error:
        folder.texts()
    assert "study" in str(error.value)


def test_a_file_has_one_run_alone(folder):
    folder.edit("provenance.yaml", "note: Beside nothing.", "note: One.\n" + SECOND)
    with pytest.raises(InputError, match=r"2 runs name scores\.csv; exactly one"):
        folder.texts()


SECOND = """\
  - files: ["*.csv"]
    processor: another
    commit: abc
    date: "2026-11-28"
    command: make run
"""


@pytest.mark.parametrize("name", ["provenance.yaml", "findings.md"])
def test_every_page_has_provenance_and_findings(folder, name):
    (folder.study / name).unlink()
    with pytest.raises(InputError, match=f"{name} does not exist"):
        folder.texts()


def test_no_page_at_all_is_an_error(folder):
    (folder.study / "page.yaml").unlink()
    with pytest.raises(InputError, match=r"no folder with a page\.yaml"):
        folder.texts()
