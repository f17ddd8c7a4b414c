"""Prepare docstrings, which are plain text with formulas, for Sphinx.

Formulas on lines of their own, indented below a blank line, become blocks of code.
Elsewhere, characters that are special in reStructuredText are taken literally.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_SPECIAL = re.compile(r"[|*\\]|_(?!\w)")


def prepared(lines: list[str]) -> list[str]:
    """Return the lines of a docstring in reStructuredText."""
    made: list[str] = []
    depth, last, block = 0, "", False
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if line.strip():
            if not block and not last and made and indent > depth:
                made += [" " * depth + "::", ""]
                block = True
            elif indent <= depth:
                block = False
            depth = depth if block else indent
        made.append(line if block else _escaped(line))
        last = line.strip()
    return made


def _escaped(line: str) -> str:
    """Escape what is special, but not between backticks."""
    parts = line.split("`")
    parts[::2] = [_SPECIAL.sub(r"\\\g<0>", part) for part in parts[::2]]
    return "`".join(parts)


def _prepare(app: "Sphinx", what: str, name: str, thing: object, options: object,
             lines: list[str]) -> None:  # fmt: skip
    lines[:] = prepared(lines)


def _skipped(app: "Sphinx", what: str, name: str, thing: object, skip: bool,
             options: object) -> bool | None:  # fmt: skip
    """Leave out members that pydantic and named tuples add to every class."""
    said = getattr(thing, "__doc__", None) or ""
    return True if name == "model_config" or said.startswith("Alias for field") else None


def setup(app: "Sphinx") -> dict[str, bool]:
    """Prepare docstrings before their sections, such as `Args:`, are read."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _prepare, priority=100)
    app.connect("autodoc-skip-member", _skipped)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
