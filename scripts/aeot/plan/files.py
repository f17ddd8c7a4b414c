"""Paths of many files at once."""

from collections.abc import Iterable
from typing import Any


def expand(pattern: str, **values: Iterable[Any]) -> list[str]:
    """Fill every combination of values into a path; wildcards without values are kept.

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


def named_files(files: Any, leave: tuple[str, ...] = ()) -> list[str]:  # noqa: ANN401
    """Write the files of a job's input as NAME=FILE, except for the given names."""
    names = [name for name in files.keys() if name not in leave]  # noqa: SIM118
    return [f"{name}={file}" for name in names for file in as_list(files[name])]


def all_files(wildcards: Any, input: Any, printed: str | None) -> list[str]:  # noqa: ANN401, A002
    """Write the files of a job's input, including published numbers, as NAME=FILE."""
    return named_files(input) + ([f"published={printed}"] if printed else [])
