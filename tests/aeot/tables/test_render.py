"""The three written forms say the same, and no cell breaks its format."""

import re
from html.parser import HTMLParser

from aeot.tables.render import Block, Table, latex, markdown, page, write

TABLE = Table(
    "A title",
    [Block("Block 1", ["Model", "FD"], [["AE", "5.5 ± 0.1"], ["AE-OT", "—"]])],
    ["A note."],
)
NASTY = r"a|b_c & 50 % of {x} #1 $y^2 ~ \z <i> `q` *s*"


def test_markdown_as_people_read_it():
    assert markdown(TABLE) == (
        "## A title\n\n### Block 1\n\n"
        "| Model | FD |\n|:--|--:|\n| AE | 5.5 ± 0.1 |\n| AE-OT | — |\n\n- A note.\n"
    )


def test_latex_as_people_read_it():
    assert latex(TABLE) == (
        "\\begin{table}\n\\centering\n\\caption{A title}\n\\begin{tabular}{lr}\n\\toprule\n"
        "\\multicolumn{2}{l}{Block 1} \\\\\n\\midrule\nModel & FD \\\\\n\\midrule\n"
        "AE & 5.5 $\\pm$ 0.1 \\\\\nAE-OT & --- \\\\\n\\bottomrule\n\\end{tabular}\n\n\\medskip\n"
        "\\par\\footnotesize A note.\n\\end{table}\n"
    )


def test_markdown_cells_do_not_split_or_format():
    line = markdown(Table("t", [Block("", ["a", "b"], [[NASTY, "1"]])], [])).splitlines()[4]
    assert len(re.findall(r"(?<!\\)\|", line)) == 3
    assert re.sub(r"\\(.)", r"\1", line) == f"| {NASTY} | 1 |"
    assert not re.search(r"(?<!\\)[*_<`]", line)


def test_latex_cells_have_no_bare_special_character():
    text = latex(Table("t", [Block("", ["a", "b"], [[NASTY, "1"]])], []))
    line = next(line for line in text.splitlines() if line.startswith("a|b"))
    assert line.endswith(r" & 1 \\")
    body = line.removesuffix(r" & 1 \\")
    body = body.replace(r"\textbackslash{}", "").replace(r"\textasciitilde{}", "")
    body = body.replace(r"\textasciicircum{}", "")
    assert not re.search(r"(?<!\\)[&%$#_{}~^]", body)
    assert text.count(r"\begin{") == text.count(r"\end{")


def test_html_gives_the_cells_back():
    class Cells(HTMLParser):
        cells: list[str]
        inside = False

        def handle_starttag(self, tag, attrs):
            self.inside = tag in ("td", "th")
            if self.inside:
                self.cells.append("")

        def handle_endtag(self, tag):
            self.inside = False

        def handle_data(self, data):
            if self.inside:
                self.cells[-1] += data

    parser = Cells()
    parser.cells = []
    parser.feed(page(Table("t", [Block("b", ["Model", "FD"], [[NASTY, "—"]])], [NASTY])))
    assert parser.cells == ["Model", "FD", NASTY, "—"]


def test_files_are_utf8_whatever_the_locale(tmp_path):
    write(tmp_path / "new" / "table.md", "5 ± 1 —\n")
    assert (tmp_path / "new" / "table.md").read_bytes() == "5 ± 1 —\n".encode()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["table.md"]
