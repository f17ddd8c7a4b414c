"""Docstrings for Sphinx: formulas are blocks, and their characters mean nothing else."""

from plain_docstrings import prepared


def test_an_indented_formula_becomes_a_block_and_is_left_as_it_is():
    made = prepared(["The distance", "", "    d = |x - y_|*", "", "is positive."])
    assert made == ["The distance", "", "::", "", "    d = |x - y_|*", "", "is positive."]


def test_a_formula_of_several_paragraphs_is_one_block():
    made = prepared(["Code:", "", "    a = 1", "", "        b | c", "    d_", "", "End."])
    assert made.count("::") == 1
    assert made[4:8] == ["    a = 1", "", "        b | c", "    d_"]


def test_what_is_special_is_escaped_outside_of_backticks():
    assert prepared(["|x| * y_, `a_ | b*`, an_name"]) == [r"\|x\| \* y\_, `a_ | b*`, an_name"]


def test_sections_of_arguments_are_no_formulas():
    text = ["Summary.", "", "Args:", "    x: (n, d), the points, in", "        two lines.", "",
            "Raises:", "    ValueError: no."]  # fmt: skip
    assert prepared(text) == text
