"""Formulas in MathML: every one of the pages can be read, and its symbols are there."""

import re
from pathlib import Path

import pytest
from docutils.utils.math import MathError
from mathml import formula

DOCS = Path(__file__).resolve().parents[3] / "docs"


def formulas(path):
    text = re.sub("```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    blocks = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    return blocks + re.findall(
        r"\$(.+?)\$", re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL), re.DOTALL
    )


def test_every_formula_of_the_solver_s_page_can_be_read():
    found = formulas(DOCS / "transport.md")
    assert len(found) > 50
    assert all(formula(text).count("<math") == 1 for text in found)


def test_a_formula_that_cannot_be_read_is_an_error():
    with pytest.raises(MathError):
        formula(r"\unknown{x}")


def test_braces_and_bars_do_not_stretch():
    made = formula(r"\lbrace x : |x| \rbrace")
    assert made.count('stretchy="false"') == 4
    assert "<mo>{" not in made


def test_blocks_and_long_formulas_are_in_a_box_that_scrolls():
    assert formula("x", block=True).startswith('<div class="formula"><math')
    assert formula("x").startswith("<math")
    assert formula("x + " * 20 + "x").startswith('<span class="formula">')
