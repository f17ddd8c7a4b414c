"""Gather the rows of every score file into one tidy table."""

import math
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from aeot.errors import InputError
from aeot.files import load_rows
from aeot.layout import path_keys
from aeot.metrics.base import COLUMNS

KEYS = ["dataset", "source", "model", "seed", "extractor"]
LAYOUT = "{dataset}/{model}/seed{seed}/{extractor}/{metric}.csv"
MASSES = "{dataset}/{model}/seed{seed}/masses.csv"  # for every extractor
SCORE_COLUMNS = [*KEYS, *COLUMNS]

Record = dict[str, str | int]


def collect(paths: Iterable[str], sources: Mapping[str, str]) -> list[Record]:
    """Read score files; their paths state what they score.

    Args:
        paths: files named .../{dataset}/{model}/seed{seed}/{extractor}/{metric}.csv. The scores of
            the samples themselves, in .../{dataset}/{model}/seed{seed}/masses.csv, are repeated for
            every extractor.
        sources: the source of each dataset whose source has another name.

    Returns:
        Records of `SCORE_COLUMNS`, sorted by them; values as they are written in the files.

    Raises:
        InputError: a path or a file has another form, or two rows score the same thing.
    """
    records: dict[tuple[str | int, ...], Record] = {}
    scores: list[str] = []
    masses: list[str] = []
    for path in paths:
        (masses if PurePath(path).name == "masses.csv" else scores).append(path)
    places = [(path, _place(path, LAYOUT, sources)) for path in scores]
    extractors = sorted({str(place["extractor"]) for _, place in places})
    for path in masses:
        place = _place(path, MASSES, sources)
        places += [(path, place | {"extractor": name}) for name in extractors]
    for path, place in places:
        for row in _rows(path):
            record = {**place, **row}
            key = tuple(record[name] for name in (*KEYS, "metric"))
            if key in records:
                raise InputError(f"{path}: {row['metric']} was already read for {place}.")
            records[key] = record
    return [records[key] for key in sorted(records)]


def _place(path: str, layout: str, sources: Mapping[str, str]) -> Record:
    """Read dataset, model, seed and, if the layout has it, extractor from a path."""
    keys = path_keys(path, layout)
    source = sources.get(keys["dataset"], keys["dataset"])
    return {**{name: keys.get(name, source) for name in KEYS}, "seed": _seed(path, keys)}


def _seed(path: str, keys: Mapping[str, str]) -> int:
    if not keys["seed"].isdecimal():
        raise InputError(f"{path}: the seed must be a number, not {keys['seed']!r}.")
    return int(keys["seed"])


def _rows(path: str) -> list[dict[str, str]]:
    """Read the rows of one file; refuse values and counts that are not numbers."""
    rows = load_rows(path, *COLUMNS)
    if not rows or set(rows[0]) != set(COLUMNS):
        raise InputError(f"{path} must have the columns {','.join(COLUMNS)} and at least one row.")
    for row in rows:
        if not _is_score(row):
            raise InputError(f"{path}: {row} is not a score; compute the file again.")
    return rows


def _is_score(row: Mapping[str, str]) -> bool:
    """Tell whether the cells that should be numbers are."""
    try:
        return math.isfinite(float(row["value"])) and all(
            int(row[name]) > 0 for name in ("n_real", "n_fake")
        )
    except ValueError:
        return False
