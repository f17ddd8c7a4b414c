"""docs/equations.md walked both ways: page -> code and tests, code -> page."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
CODE, TESTS = ROOT / "scripts" / "aeot", ROOT / "tests" / "aeot"
CITES = re.compile(r"\bEqs?\.|arXiv|\bThm\b|\bTheorem\b|\bAE-OT, ")
NUMBERS = re.compile(r"\d{4}\.\d{5}|Eqs?\. \d+(?: and \d+)?|Th(?:eore)?m \d+(?:\.\d+)?")


class Row(NamedTuple):
    """A line of the page's tables."""

    equation: str
    source: str
    function: str
    tests: list[str]


@cache
def page():
    rows = []
    for line in (ROOT / "docs" / "equations.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|") or cells[0] == "equation" or set(cells[0]) == {"-"}:
            continue
        assert len(cells) == 4, f"{line} has {len(cells)} cells"
        (function,) = re.findall("`([^`]+)`", cells[2])
        rows.append(Row(cells[0], cells[1], function, re.findall("`([^`]+)`", cells[3])))
    return rows


@cache
def docstrings(path):
    """Qualified name -> docstring of a file's functions and classes; "" is the module."""
    found = {}

    def visit(node, name):
        found[name] = " ".join((ast.get_docstring(node) or "").split())
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.ClassDef):
                visit(child, f"{name}.{child.name}".lstrip("."))

    visit(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


MODULES = sorted(CODE.rglob("*.py"))
CITING = [
    (str(path.relative_to(CODE)), name)
    for path in MODULES
    for name, text in docstrings(path).items()
    if CITES.search(text)
]


def row_id(row):
    return row.function.partition(":")[2] + "-" + re.sub(r"\W+", "_", row.equation)[:30]


@pytest.mark.parametrize("row", page(), ids=row_id)
def test_the_function_and_the_tests_of_a_row_exist(row):
    file, _, name = row.function.partition(":")
    assert name in docstrings(CODE / file), f"{row.function} does not exist"
    assert row.source
    assert row.tests
    for test in row.tests:
        file, _, name = test.partition(":")
        assert name.startswith("test_")
        assert name in docstrings(TESTS / file), f"tests/aeot/{test} does not exist"


@pytest.mark.parametrize("row", page(), ids=row_id)
def test_the_numbers_that_a_row_cites_stand_in_its_module(row):
    file = CODE / row.function.partition(":")[0]
    text = " ".join(docstrings(file).values())
    missing = [number for number in NUMBERS.findall(row.source) if number not in text]
    assert not missing, f"no docstring of {file.name} cites {missing}"


@pytest.mark.parametrize(("file", "name"), CITING, ids=":".join)
def test_a_docstring_that_cites_is_on_the_page(file, name):
    rows = [row for row in page() if row.function.partition(":")[0] == file]
    named = [row.function.partition(":")[2] for row in rows]
    assert named, f"docs/equations.md has no row for {file}"
    assert not name or name in named, f"docs/equations.md has no row for {file}:{name}"
    sources = " ".join(row.source for row in rows)
    cited = NUMBERS.findall(docstrings(CODE / file)[name])
    missing = [number for number in cited if number not in sources]
    assert not missing, f"the rows for {file} do not cite {missing}"


def test_the_walk_finds_what_is_there():
    assert len(page()) > 30
    assert len({(row.equation, row.function) for row in page()}) == len(page())
    assert ("metrics/prd.py", "histogram_curve") in CITING
    assert ("nets.py", "") in CITING
    assert "FacetWeights.update" in docstrings(CODE / "transport" / "newton.py")
