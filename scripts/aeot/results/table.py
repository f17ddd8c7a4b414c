"""Rows as cells of a table: every cell is one committed or published value."""

from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from aeot.errors import InputError
from aeot.labels import MODELS, POINTS, model_label, ordered_models
from aeot.metrics.base import Column
from aeot.results.columns import shown_column
from aeot.results.spec import ColumnSpec, TableSpec
from aeot.tables.published import PublishedNumbers, published_cell, published_keys
from aeot.tables.render import pipe_table
from aeot.tables.spread import MISSING, cell

Record = Mapping[Hashable, Any]
# Columns that identify the published number of a line; the first one in the rows is used.
_SOURCE, _MODEL = ("source", "mixture"), ("model", "row")


@dataclass(frozen=True)
class Cell:
    """The text of a cell, and its value in the unit of the column, None if it has none."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Built:
    """A table whose cells are filled.

    Attributes:
        spec: the specification in the page.
        rows: the committed rows behind it.
        columns: heading, note, factor and digits by the name of the column.
        cells: by the name of the line and of the column, lines in order.
    """

    spec: TableSpec
    rows: pd.DataFrame
    columns: dict[str, Column]
    cells: dict[str, dict[str, Cell]]

    def cell(self, row: str, column: str, where: str) -> Cell:
        """Return a cell.

        Raises:
            InputError: there is no such line or column.
        """
        for kind, name, known in (("row", row, self.cells), ("column", column, self.columns)):
            if name not in known:
                raise InputError(f"{where}: no {kind} {name!r}; there are: {', '.join(known)}.")
        return self.cells[row][column]

    def markdown(self) -> str:
        """Write the cells as a pipe table."""
        header = [self.spec.corner, *(column.heading for column in self.columns.values())]
        lines = [
            [self._label(row), *(cells[name].text for name in self.columns)]
            for row, cells in self.cells.items()
        ]
        return pipe_table(header, lines)

    def notes(self) -> list[str]:
        """Sentences that explain its columns."""
        return [column.note for column in self.columns.values() if column.note]

    def _label(self, row: str) -> str:
        if row in self.spec.labels:
            return self.spec.labels[row]
        if row.isdigit():
            return f"{int(row):,}"
        model, *rest = row.split("/")
        return ", ".join([model_label(model), *rest])


def build(spec: TableSpec, rows: pd.DataFrame, published: PublishedNumbers, where: str) -> Built:
    """Fill the cells of a table.

    Args:
        spec: the table.
        rows: those of `aeot.results.rows.table_rows`.
        published: the printed numbers.
        where: the page and the table, for messages.

    Raises:
        InputError: a column is missing, a line has no rows, or a cell has several values.
    """
    by = [spec.by] if isinstance(spec.by, str) else spec.by
    specs = {name: column or ColumnSpec() for name, column in spec.columns.items()}
    _check(rows, [*by, *spec.where], where)
    for name in by:
        rows = rows.assign(**{name: rows[name].replace(spec.renamed)})
    found = defaultdict(list)
    for record in _matching(rows.to_dict("records"), spec.where):
        found["/".join(_name(record[name]) for name in by)].append(record)
    known = ordered_models(found) if set(found) <= {*MODELS, *POINTS} else list(found)
    lines = known if spec.lines is None else spec.lines
    columns = {name: shown_column(name, column) for name, column in specs.items()}
    cells: dict[str, dict[str, Cell]] = {}
    for line in lines:
        if line not in found:
            raise InputError(f"{where}: no rows of {line!r}; there are: {', '.join(known)}.")
        cells[line] = {
            name: _printed(found[line][0], column.published, published)
            if column.published
            else _cell(found[line], name, column, columns[name], f"{where}: {line}, {name}")
            for name, column in specs.items()
        }
    behind = [record for line in lines for record in found[line]]
    return Built(spec, pd.DataFrame(behind), columns, cells)


def _name(value: object) -> str:
    """Write the cell that names a line: whole numbers without a point, others in short form."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:g}"
    return str(value)


def _matching(rows: Iterable[Record], wanted: Mapping[str, str | int | float]) -> list[Record]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _check(columns: Container[Hashable], names: Iterable[str], where: str) -> None:
    for name in names:
        if name not in columns:
            raise InputError(f"{where}: the rows have no column {name!r}.")


def _cell(rows: list[Record], name: str, spec: ColumnSpec, column: Column, where: str) -> Cell:
    known = rows[0]
    value = spec.value or (name if "metric" not in known or name in known else "mean")
    _check(known, [value, *filter(None, [spec.spread, spec.over]), *spec.where], where)
    found = _matching(rows, spec.where)
    if "metric" in known and value in ("mean", "value"):
        found = _matching(found, {"metric": spec.metric or name})
    spread = spec.spread or {"mean": "sd" if "sd" in known else "se"}.get(value)
    shown: set[tuple[Any, ...]] = {
        tuple(None if pd.isna(part) else part for part in map(row.get, (value, spread, spec.over)))
        for row in found
        if not pd.isna(row[value])
    }
    if len(shown) > 1:
        raise InputError(f"{where}: {len(shown)} different values match; say more in `where`.")
    if not shown:
        return Cell(MISSING)
    number, around, over = shown.pop()
    if isinstance(number, str):
        return Cell(number)
    factor = column.factor / (1.0 if over is None else float(over))
    number = factor * float(number)
    around = None if around is None else factor * float(around)
    return Cell(cell(number, around, column.digits), number)


def _printed(row: Record, metric: str, published: PublishedNumbers) -> Cell:
    source = next(row[name] for name in _SOURCE if name in row)
    model = next((row[name] for name in _MODEL if name in row), None)
    shift = 3 if metric == "sharpness" else 0
    keys = published_keys(published.find(source, model, metric), shift)
    return Cell(published_cell({**keys, "source": source}))
