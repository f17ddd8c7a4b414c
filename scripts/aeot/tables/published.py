"""The published numbers that stand beside ours (`config/published.csv`).

Columns: `table` (where it is printed), `source` (data set), `model`, `metric`, `value`, `error`
(its spread where one is printed), `n` (number of runs behind the spread), `note`.
"""

from dataclasses import dataclass
from pathlib import Path

from aeot.errors import InputError
from aeot.files import load_rows
from aeot.tables.spread import number

COLUMNS = ("table", "source", "model", "metric", "value", "error", "n", "note")
PAPER = "AE-OT"
# A source that is a part of a published one: its numbers are shown, and marked.
PART_OF = {"mnist5k": "mnist"}


@dataclass(frozen=True)
class Published:
    """One printed number; `value` and `error` keep the digits of the print."""

    table: str
    source: str
    model: str
    metric: str
    value: str
    error: str
    n: str
    note: str

    def text(self) -> str:
        """Write the number as it is printed."""
        return f"{self.value} ± {self.error}" if self.error else self.value


class PublishedNumbers:
    """Finds printed numbers by data set, model and metric."""

    def __init__(self, rows: list[Published]) -> None:
        self._rows = rows

    @classmethod
    def load(cls, path: str | Path) -> "PublishedNumbers":
        """Read the list.

        Raises:
            InputError: a column is missing or a value is no number.
        """
        rows = [
            Published(**{name: row[name] for name in COLUMNS}) for row in load_rows(path, *COLUMNS)
        ]
        for line, row in enumerate(rows, start=2):
            number(row.value, f"{path}: value in line {line}")
            if not row.table:
                raise InputError(f"{path}: line {line} does not say where its number is printed.")
        return cls(rows)

    def find(self, source: str, model: str, metric: str) -> list[Published]:
        """List the numbers printed for a cell, the paper's own before other prints.

        A source that is a part of a published one (`PART_OF`) gets the whole one's numbers:
        their `source` then differs from the one asked for.
        """
        wanted = (PART_OF.get(source, source), model, metric)
        rows = [row for row in self._rows if (row.source, row.model, row.metric) == wanted]
        return [row for row in rows if row.table.startswith(PAPER)] or rows


def published_text(rows: list[Published]) -> str:
    """Write a cell's printed numbers; further ones carry their note in brackets."""
    return "; ".join(
        row.text() if place == 0 or not row.note else f"{row.text()} ({row.note})"
        for place, row in enumerate(rows)
    )
