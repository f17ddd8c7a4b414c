"""Compare the results of two runs, except for measured times."""

import json
from pathlib import Path
from typing import Any

from aeot.errors import InputError
from aeot.files import file_digest, load_json, load_rows

KEPT_APART = ("logs", "benchmarks", "report.html")  # Snakemake's own, with times and dates
CLOCK = "seconds"  # column or key with measured times
TIMED = ("progress.png", "collapse.png")  # figures with a time axis


def differences(first: Path, second: Path) -> list[str]:
    """Compare two folders of results, file by file, by content.

    The keys and columns `seconds` of reports and tables are ignored, and so are the figures that
    show them and the printed forms of tables that contain them.

    Returns:
        A sentence for each file that differs or is missing in one of them; empty if they agree.

    Raises:
        InputError: a folder is missing or contains no results.
    """
    names = {folder: _names(folder) for folder in (first, second)}
    found = [
        f"{name} is only in {folder}"
        for folder, other in ((first, second), (second, first))
        for name in sorted(names[folder] - names[other])
    ]
    shared = sorted(names[first] & names[second])
    found.extend(
        f"{name} differs" for name in shared if content(first / name) != content(second / name)
    )
    return found


def _names(folder: Path) -> set[str]:
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder.")
    paths = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    names = {str(path) for path in paths if path.parts[0] not in KEPT_APART}
    if not names:
        raise InputError(f"{folder} contains no results.")
    return names


def content(path: Path) -> str:
    """Return the content of a file, without measured times."""
    if path.suffix == ".json":
        return json.dumps(_without_clock(load_json(path)), sort_keys=True)
    if path.suffix == ".csv":
        rows = load_rows(path)
        return json.dumps([{k: v for k, v in row.items() if k != CLOCK} for row in rows])
    if path.name in TIMED or _printed_with_clock(path):
        return ""
    return file_digest(path)


def _without_clock(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _without_clock(entry) for key, entry in value.items() if key != CLOCK}
    return [_without_clock(entry) for entry in value] if isinstance(value, list) else value


def _printed_with_clock(path: Path) -> bool:
    rows = path.with_suffix(".csv")
    if path.suffix not in (".md", ".tex", ".html") or not rows.exists():
        return False
    return any(CLOCK in row for row in load_rows(rows)[:1])
