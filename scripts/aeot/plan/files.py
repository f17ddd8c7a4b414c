"""Paths of many files at once."""

from collections.abc import Iterable
from typing import Any


def expand(pattern: str, **values: Iterable[Any]) -> list[str]:
    """Fill every combination of values into a path; a wildcard without values stays.

    Args:
        pattern: a path with {wildcards}.
        values: of each wildcard; the last one varies fastest.
    """
    paths = [pattern]
    for name in [name for name in values if f"{{{name}}}" in pattern]:
        paths = [path.replace(f"{{{name}}}", str(one)) for path in paths for one in values[name]]
    return paths


def as_list(files: str | Iterable[str]) -> list[str]:
    """Return the files of a name; Snakemake gives the only one as a string."""
    return [files] if isinstance(files, str) else list(files)


def unique(entries: Iterable[str]) -> list[str]:
    """Return every entry once, in order."""
    return list(dict.fromkeys(entries))
