"""The page as a whole: complete, self-contained, and clear on what a run lacks."""

import json
import re
from pathlib import Path

import pytest

import write_explorer
from aeot.errors import InputError
from aeot.explorer.page import PARTS, Explorer


def sections(text):
    return dict(re.findall(r'<section id="(\w+)">(.*?)</section>', text, flags=re.DOTALL))


def test_a_run_with_everything_lacks_no_part(page):
    text = page.read_text(encoding="utf-8")
    assert list(sections(text)) == list(PARTS)
    assert 'class="absent"' not in text
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, flags=re.DOTALL)[1])
    assert set(data) == {"colours", "novelty", "progress", "segments"}
    assert "@@" not in re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)


def test_it_names_no_other_file_than_the_report(page):
    text = page.read_text(encoding="utf-8")
    own = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)  # Plotly's code names hosts
    addresses = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?([^"'\s)>]+)""", own)
    assert {a for a in addresses if not a.startswith(("#", "data:"))} == {"report.html"}
    assert "://" not in own


def test_the_same_run_gives_the_same_bytes(page, explorer, run_files):
    assert explorer.build(run_files) == page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "files"),
    [("scores", ["scores"]), ("samples", ["neighbours"]), ("novelty", ["scores", "frontier"]),
     ("progress", ["progress"]), ("segments", ["trace", "segment_images"]), ("modes", ["modes"])],
)  # fmt: skip
def test_a_part_that_a_run_lacks_is_a_sentence(explorer, run_files, name, files):
    less = {key: paths for key, paths in run_files.items() if key not in files}
    lacking = Explorer(**{**explorer.model_dump(), "fills": {name: ["main", "this", "that"]}})
    found = sections(lacking.build(less))
    assert "<code>this</code> or <code>that</code> would fill this part" in found[name]
    assert "<code>main</code>" not in found[name]  # of this run, so that it does not
    assert "&lt;" not in found[name] and 'id="' not in found[name]
    assert all('class="absent"' not in found[other] for other in set(PARTS) - {name, "novelty"} -
               ({"scores"} if name == "novelty" else set()))  # fmt: skip


def test_the_command_that_is_proposed_lists_the_run_and_one_study_more():
    text = Explorer(run=["main"], fills={"modes": ["modes", "collapse"]}).absent("modes")
    assert """``--config 'run=["main","modes"]'``""" in text


def test_a_run_of_nothing_is_a_page_all_the_same():
    found = sections(Explorer().build({}))
    assert all("Nor has any other study" in part for part in found.values())


def test_a_run_of_one_method_is_a_page(explorer, run_files, tmp_path):
    """No plot needs two."""
    lines = Path(run_files["scores"][1]).read_text(encoding="utf-8").splitlines()
    one = tmp_path / "tables" / "second" / "scores.csv"
    one.parent.mkdir(parents=True)
    one.write_text("\n".join([lines[0], *(line for line in lines if ",vae," in line)]) + "\n")
    found = sections(explorer.build({"scores": [str(one)]}))
    assert "VAE" in found["scores"] and "novelty-plot" in found["novelty"]


def test_text_of_a_data_set_cannot_end_an_element(run_files):
    """A name of the user's own goes through the sources only."""
    text = Explorer(sources={"shapes": "</script><b>"}).build({"trace": run_files["trace"],
                    "segment_images": run_files["segment_images"]})  # fmt: skip
    assert "</script><b>" not in text


def test_the_script_writes_it(explorer, run_files, page, tmp_path):
    files = [f"{name}={path}" for name, paths in run_files.items() for path in paths]
    values = [f"{key}={json.dumps(value)}" for key, value in explorer.model_dump().items()]
    out = tmp_path / "explore.html"
    write_explorer.main(["--files", *files, "--set", *values, "--out-page", str(out)])
    assert out.read_bytes() == page.read_bytes()


def test_a_file_that_no_part_takes_is_refused(tmp_path):
    words = ["--files", "pies=a.csv", "--out-page", str(tmp_path / "explore.html")]
    with pytest.raises(InputError, match="--files takes scores, .*, not pies"):
        write_explorer.main(words)
    assert not (tmp_path / "explore.html").exists()
