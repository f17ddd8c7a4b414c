"""One table of all studies of a run, with the study and the data set of each row."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from aeot.explorer.parts import Context, Part
from aeot.files import grouped, load_rows
from aeot.labels import mixture_label
from aeot.layout import path_keys
from aeot.tables.modes import COLUMNS as MODE_COLUMNS
from aeot.tables.modes import collapse_table
from aeot.tables.render import Block
from aeot.tables.scores import COLUMNS as SCORE_COLUMNS
from aeot.tables.scores import score_table
from aeot.tables.spread import MISSING

LAYOUT = "tables/{study}/{table}.csv"
_BESIDE = ("s.e.", "published")  # headings that refer to the previous column
_REALS = ("mean", "sd", "se", "seconds")
_COUNTS = ("seeds", "n_real", "n_fake", "steps", "training_images", "trials", "n", "step")
_NUMBER = re.compile(r"−?[\d,]+(?:\.\d+)?|−?∞")


@dataclass(frozen=True)
class Line:
    """A row of a sheet: its study and data set, and its cells by heading."""

    keys: Mapping[str, str]
    cells: Mapping[str, str]


def read_table(path: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read the rows of a table, with the types that it wrote; None for an empty cell.

    Raises:
        InputError: the file is missing or has other columns.
    """
    rows = [
        {name: _typed(name, row[name]) for name in columns} for row in load_rows(path, *columns)
    ]
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _typed(name: str, text: str) -> str | float | int | None:
    if text == "":
        return None
    if name in _REALS:
        return float(text)
    return int(text) if name in _COUNTS else text


def lines_of(block: Block, keys: Mapping[str, str]) -> list[Line]:
    """Name the cells of a block of a table; a heading such as s.e. includes the previous one."""
    names: list[str] = []
    for heading in block.header:
        names.append(f"{names[-1]} {heading}" if heading in _BESIDE else heading)
    return [Line(keys, dict(zip(names, row, strict=True))) for row in block.rows]


def merged(headers: Iterable[Iterable[str]]) -> list[str]:
    """Merge headings: each comes after the heading that precedes its first occurrence."""
    found: list[str] = []
    for header in headers:
        place = 0
        for heading in header:
            if heading not in found:
                found.insert(place, heading)
            place = found.index(heading) + 1
    return found


def sort_value(text: str) -> float | None:
    """Read the number with which a cell starts; None if there is none."""
    match = _NUMBER.match(text)
    if not match:
        return None
    word = match[0].replace("−", "-").replace(",", "").replace("∞", "inf")
    return float(word)


def scores_part(paths: list[str], context: Context, metrics: Sequence[str]) -> Part:
    """Show the table of scores of every study.

    Args:
        paths: .../tables/STUDY/scores.csv.
        context: of the run.
        metrics: registered ones, whose columns are shown.
    """
    lines: list[Line] = []
    notes: list[str] = []
    for path in paths:
        study = path_keys(path, LAYOUT)["study"]
        for (dataset, extractor), own in grouped(
            read_table(path, SCORE_COLUMNS), ["dataset", "extractor"]
        ):
            table = score_table(own, metrics=metrics)
            keys = {"Study": study, "Data set": context.dataset(dataset), "Features": extractor}
            lines += lines_of(table.blocks[0], keys)
            notes += table.notes
    return Part(sheet("scores", lines, notes))


def modes_part(paths: list[str], context: Context) -> Part:
    """Show the table of mode collapse, .../tables/STUDY/modes.csv, of every study."""
    lines: list[Line] = []
    notes: list[str] = []
    for path in paths:
        study = path_keys(path, LAYOUT)["study"]
        for mixture, own in grouped(read_table(path, MODE_COLUMNS), "mixture"):
            table = collapse_table(own)
            keys = {"Study": study, "Mixture": mixture_label(mixture)}
            lines += lines_of(table.blocks[0], keys)
            notes += table.notes
    return Part(sheet("modes", lines, notes))


def sheet(name: str, lines: Sequence[Line], notes: Iterable[str]) -> str:
    """Write rows as HTML: filters, a table whose headings sort it, and its notes."""
    first, *others = merged(line.cells for line in lines)
    kinds = list(lines[0].keys)
    columns = [first, *kinds, *others]
    filters = "".join(_filter(place, kind, lines) for place, kind in enumerate(kinds, start=1))
    heads = "".join(
        f'<th scope="col"><button type="button">{html.escape(column)}</button></th>'
        for column in columns
    )
    rows = "".join(_row({**line.keys, **line.cells}, columns) for line in lines)
    items = "".join(f"<li>{html.escape(note)}</li>" for note in dict.fromkeys(notes))
    return (
        f'<p class="controls" data-filters="{name}">{filters}'
        f'<output id="{name}-count"></output></p>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
        f'<table class="sheet" id="{name}-table"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f"<details><summary>What the columns are</summary><ul>{items}</ul></details>"
    )


def _filter(place: int, kind: str, lines: Sequence[Line]) -> str:
    values = dict.fromkeys(line.keys[kind] for line in lines)
    options = "".join(f"<option>{html.escape(value)}</option>" for value in values)
    options = f'<option value="">all</option>{options}' if len(values) > 1 else options
    select = f'<select data-column="{place}">{options}</select>'
    return f"<label>{kind} {select}</label>"


def _row(cells: Mapping[str, str], columns: Sequence[str]) -> str:
    first, *others = [cells.get(column, MISSING) for column in columns]
    return f'<tr><th scope="row">{html.escape(first)}</th>{"".join(map(_cell, others))}</tr>'


def _cell(text: str) -> str:
    value = sort_value(text)
    number = "" if value is None else f' data-value="{value!r}"'
    empty = ' class="missing"' if text == MISSING else ""
    return f"<td{number}{empty}>{html.escape(text)}</td>"
