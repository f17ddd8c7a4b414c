"""A folder of rows with one page, small enough to be checked by hand."""

import pytest

from aeot.results.headline import BEGIN, END
from aeot.results.render import render

ROWS = """\
dataset,source,extractor,model,metric,mean,sd,seeds,n_real,n_fake
mnist5k,mnist5k,efficientnetlite0,ae,frechet_distance,40.04,,1,1000,1000
mnist5k,mnist5k,efficientnetlite0,aeot,frechet_distance,60.06,1.5,2,1000,1000
mnist5k,mnist5k,efficientnetlite0,aeot,f8,0.98765,0.001,2,1000,1000
"""
PAGE = """\
title: A page
about: What it is.
tables:
  scores:
    heading: Scores
    rows: scores.csv
    by: model
    columns:
      frechet_distance:
      f8:
      published: {published: frechet_distance}
figures:
  - {file: field.png, caption: A field.}
"""
PROVENANCE = """\
runs:
  - files: [scores.csv]
    processor: two cores of a machine
    commit: "1234567"
    date: "2026-11-28"
    command: make run
    note: Beside nothing.
"""
FINDINGS = "AE-OT is at {value table=scores row=aeot column=frechet_distance}.\n"
MATRIX = """\
title: Results
introduction: All of it.
pages: [study]
states: {full: whole, none: nothing}
documents:
  - title: A paper
    about: From somewhere.
    entries:
      - {item: Table 1, shows: scores, state: full, why: as published, ours: {page: study.md}}
      - {item: Table 2, shows: others, state: none, why: it needs a GPU}
"""
PUBLISHED = """\
table,source,model,metric,value,error,n,quotes,remark,note
A print,mnist,aeot,frechet_distance,6.4,0.2,,,,
"""


class Folder:
    """The files of one page and the matrix; `edit` changes a file, `texts` renders."""

    def __init__(self, root):
        self.measured, self.pages = root / "measured", root / "pages"
        self.study, self.matrix = self.measured / "study", self.pages / "matrix.yaml"
        self.published, self.root = root / "published.csv", root
        self.front = self.pages / "front.md"  # the page with a headline
        self.study.mkdir(parents=True)
        self.pages.mkdir()
        self.matrix.write_text(MATRIX)
        self.published.write_text(PUBLISHED)
        self.front.write_text(f"Before.\n{BEGIN}\nOld.\n{END}\nAfter.\n")
        (self.measured / "headline.md").write_text("New.\n")
        (self.study / "field.png").write_bytes(b"")
        for name, text in {
            "scores.csv": ROWS, "page.yaml": PAGE, "provenance.yaml": PROVENANCE,
            "findings.md": FINDINGS,
        }.items():  # fmt: skip
            (self.study / name).write_text(text)

    def edit(self, name, before, after):
        """Replace a text in a file of the page, or in the matrix."""
        path = self.matrix if name == "matrix.yaml" else self.study / name
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    def texts(self):
        """Render all pages."""
        found = render(self.measured, self.published, self.matrix, self.front)
        return {str(path.relative_to(self.root / "pages")): text for path, text in found.items()}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
