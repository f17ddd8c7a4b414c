"""The check of the finished site finds what is broken, and nothing else."""

import pytest
from site_check import faults


@pytest.fixture
def site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "style.css").write_text("")
    (tmp_path / "index.html").write_text(
        '<link href="style.css?v=1"><a href="sub/a.html#here">a</a> <a href="sub">folder</a>'
        '<a href="https://example.org">elsewhere</a> <a href="#">top</a> <img src="data:,">'
    )
    (tmp_path / "sub" / "a.html").write_text(
        '<h1 id="here">A</h1> <a href="../index.html">up</a> <a href="#here">here</a>'
    )
    return tmp_path


def append(path, text):
    path.write_text(path.read_text() + text)


def test_a_whole_site_has_no_faults(site):
    assert faults(site) == []


@pytest.mark.parametrize("target", ["b.html", "a.html#there", "#there", "../style.js"], ids=str)
def test_a_link_that_leads_nowhere_is_named_with_its_page(site, target):
    append(site / "sub" / "a.html", f'<a href="{target}">x</a>')
    assert faults(site) == [f"sub/a.html links to {target}, which is not there"]


@pytest.mark.parametrize(
    "element",
    ['<script src="https://cdn.example/x.js"></script>', '<link href="//fonts.example/f.css">',
     '<img src="http://example.org/i.png">'],
)  # fmt: skip
def test_nothing_may_be_loaded_from_a_host(site, element):
    append(site / "index.html", element)
    (fault,) = faults(site)
    assert fault.startswith("index.html loads ")
    assert fault.endswith("keep a copy of it in the site")
