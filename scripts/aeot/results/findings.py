"""Text with numbers from the tables: placeholders in `findings.md`.

`{value table=scores row=aeot column=frechet_distance}` is a cell as shown in the table. `minus=ROW`
gives the difference from another line of the column, `over=ROW` the ratio, `digits=N` another
number of decimals, and `page=PAGE` refers to a table of another page. Names with spaces need
quotes.
"""

import re
import shlex
from collections.abc import Mapping
from typing import Protocol

from aeot.errors import InputError
from aeot.results.table import Built
from aeot.tables.spread import MISSING, fixed

NEEDED, OPTIONAL = ("table", "row", "column"), ("page", "minus", "over", "digits")
FORM = "{value table=NAME row=NAME column=NAME}"
_RATIO_DIGITS = 2


class Tabled(Protocol):
    """A page with named tables."""

    @property
    def tables(self) -> Mapping[str, Built]:
        """The tables."""


def fill(text: str, page: str, pages: Mapping[str, Tabled], where: str) -> str:
    """Replace placeholders by numbers from the tables.

    Args:
        text: Markdown.
        page: page of the tables, for placeholders that do not name a page.
        pages: all pages by name.
        where: the file of the text, for messages.

    Raises:
        InputError: something in braces is not a placeholder, or names no cell, or a cell without a
            value.
    """
    return re.sub(r"\{[^{}]*\}|[{}]", lambda m: _value(m[0], page, pages, where), text)


def _value(placeholder: str, page: str, pages: Mapping[str, Tabled], where: str) -> str:
    here = f"{where}: {placeholder}"
    words = _words(placeholder, here)
    page = words.get("page", page)
    if page not in pages:
        raise InputError(f"{here}: no page {page!r}; there are: {', '.join(pages)}.")
    known = pages[page].tables
    if words["table"] not in known:
        raise InputError(f"{here}: no table {words['table']!r}; there are: {', '.join(known)}.")
    table = known[words["table"]]
    cell = table.cell(words["row"], words["column"], here)
    if cell.text == MISSING:
        raise InputError(f"{here}: the table has no value there.")
    other = words.get("minus") or words.get("over")
    if other is None and "digits" not in words:
        return cell.text
    second = table.cell(other, words["column"], here).number if other else 0.0
    if cell.number is None or second is None:
        raise InputError(f"{here}: the table has no number there to reckon with.")
    if "over" in words:
        if second == 0:
            raise InputError(f"{here}: the value to divide by is 0.")
        return fixed(cell.number / second, int(words.get("digits", _RATIO_DIGITS)))
    digits = words.get("digits", table.columns[words["column"]].digits)
    return fixed(cell.number - second, int(digits))


def _words(placeholder: str, here: str) -> dict[str, str]:
    try:
        name, *words = shlex.split(placeholder.strip("{}"))
        found = dict(word.split("=", 1) for word in words)
    except ValueError:
        raise InputError(f"{here} is not a placeholder; write {FORM}.") from None
    unknown = [word for word in found if word not in (*NEEDED, *OPTIONAL)]
    missing = [word for word in NEEDED if word not in found]
    if name != "value" or unknown or missing or len(found) < len(words):
        raise InputError(
            f"{here} is not a placeholder; write {FORM}, with {', '.join(OPTIONAL)} where needed."
        )
    if {"minus", "over"} <= set(found) or not found.get("digits", "0").isdigit():
        raise InputError(f"{here}: give one of minus and over, and digits as a whole number.")
    return found
