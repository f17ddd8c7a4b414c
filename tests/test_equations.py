"""docs/equations.md walked both ways: page -> code and tests, code -> page."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

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


def test_the_function_and_the_tests_of_every_row_exist():
    missing = []
    for row in page():
        file, _, name = row.function.partition(":")
        if name not in docstrings(CODE / file):
            missing.append(row.function)
        assert row.source and row.tests, row.equation
        for test in row.tests:
            file, _, name = test.partition(":")
            assert name.startswith("test_"), test
            if name not in docstrings(TESTS / file):
                missing.append(f"tests/aeot/{test}")
    assert missing == []


def test_the_numbers_that_a_row_cites_stand_in_its_module():
    missing = []
    for row in page():
        file = CODE / row.function.partition(":")[0]
        text = " ".join(docstrings(file).values())
        missing += [f"{file.name}: {n}" for n in NUMBERS.findall(row.source) if n not in text]
    assert missing == []


def test_every_docstring_that_cites_is_on_the_page():
    missing = []
    for file, name in CITING:
        rows = [row for row in page() if row.function.partition(":")[0] == file]
        named = [row.function.partition(":")[2] for row in rows]
        if not named or (name and name not in named):
            missing.append(f"a row for {file}:{name}")
        sources = " ".join(row.source for row in rows)
        cited = NUMBERS.findall(docstrings(CODE / file)[name])
        missing += [f"{number} in the rows for {file}" for number in cited if number not in sources]
    assert missing == []


def test_the_walk_finds_what_is_there():
    assert len(page()) > 30
    assert len({(row.equation, row.function) for row in page()}) == len(page())
    assert ("metrics/prd.py", "histogram_curve") in CITING
    assert ("nets.py", "") in CITING
    assert "FacetWeights.update" in docstrings(CODE / "transport" / "newton.py")
