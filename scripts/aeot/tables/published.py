"""The published numbers that are shown beside ours (`config/published.csv`).

Columns: `table` (where it is printed), `source` (data set), `model`, `metric`, `value`, `error`
(its spread, if one is printed), `n` (number of runs behind the spread), `quotes` (the publication
from which the number is quoted), `remark` (shown in brackets in the table: how the published
experiment differs from ours), `note` (for readers of the file).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from aeot.errors import InputError
from aeot.files import load_rows
from aeot.labels import DATASETS
from aeot.tables.spread import MISSING, number

COLUMNS = (
    "table", "source", "model", "metric", "value", "error", "n", "quotes", "remark", "note",
)  # fmt: skip
PAPER = "AE-OT"
# A source that is a part of a published one, whose numbers are shown and marked.
PART_OF = {"mnist5k": "mnist"}


@dataclass(frozen=True)
class Published:
    """A published number; `value` and `error` have the digits of the publication."""

    table: str
    source: str
    model: str
    metric: str
    value: str
    error: str
    n: str
    quotes: str
    remark: str
    note: str

    def text(self, shift: int = 0) -> str:
        """Write the number as it is printed, times 10^shift, with the remark in brackets."""
        parts = [f"{Decimal(part).scaleb(shift):f}" if shift else part
                 for part in (self.value, self.error) if part]  # fmt: skip
        return " ± ".join(parts) + (f" ({self.remark})" if self.remark else "")


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
            number(row.error or 0, f"{path}: error in line {line}")
            if not row.table:
                raise InputError(f"{path}: line {line} does not state where its number is printed.")
        return cls(rows)

    def find(self, source: str, model: str | None, metric: str) -> list[Published]:
        """List the numbers published for a cell, those of the paper first.

        A number that only quotes another one of the list is omitted, because the quoted
        publication also has its spread. A quotation with another value is kept.

        A source that is a part of a published one (`PART_OF`) gets the numbers of the whole one,
        whose `source` differs from the requested one.

        Args:
            source: data set or mixture.
            model: model of the numbers; None if the metric determines it.
            metric: what is printed.
        """
        wanted = (PART_OF.get(source, source), metric)
        rows = [
            row for row in self._rows
            if (row.source, row.metric) == wanted and model in (row.model, None)
        ]  # fmt: skip
        printed = {(row.table, float(row.value)) for row in rows}
        rows = [row for row in rows if (row.quotes, float(row.value)) not in printed]
        return sorted(rows, key=lambda row: (not row.table.startswith(PAPER), row.table))


def published_text(rows: list[Published], shift: int = 0) -> str:
    """Write a cell's printed numbers, times 10^shift."""
    return "; ".join(row.text(shift) for row in rows)


def published_keys(rows: list[Published], shift: int = 0) -> dict[str, Any]:
    """Return the columns of a table's rows that identify the published numbers.

    Args:
        rows: those that `find` lists for the cell.
        shift: power of ten between the print and the unit of the table's column.
    """
    return {
        "published": published_text(rows, shift) or None,
        "published_source": rows[0].source if rows else None,
        "published_table": "; ".join(dict.fromkeys(row.table for row in rows)) or None,
    }


def published_cell(row: Mapping[Any, Any]) -> str:
    """Write a row's published number, with a mark if it is that of a larger data set."""
    if not row["published"]:
        return MISSING
    return row["published"] + (" †" if row["published_source"] != row["source"] else "")


def part_notes(rows: Iterable[Mapping[Any, Any]]) -> list[str]:
    """Explain the dagger of `published_cell` below a table that has one."""
    whole = {row["published_source"] for row in rows if published_cell(row).endswith("†")}
    return [
        f"† Published for the whole of {DATASETS[source]}; ours uses a part of it, so the two are "
        "not the same experiment."
        for source in sorted(whole)
    ]


REMARKS = (
    'In brackets beside a published number: how that experiment differs from ours by default; "± '
    'unchecked": a spread that was not compared with the source.'
)


def remark_notes(published: Iterable[str | None]) -> list[str]:
    """Explain the brackets of published numbers below a table that has some."""
    return [REMARKS] if any("(" in (text or "") for text in published) else []
