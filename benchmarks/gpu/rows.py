"""Rows of results, one line of JSON each, written immediately; the last row of a case counts."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]
KEYS = ("part", "case", "device", "torch", "tiny", "data", "code")
FINAL = ("done", "cut", "skipped", "failed")  # of a row's status; `running` is not final


def key(row: Row) -> Key:
    """Return the key of a row: the case, the device, the code."""
    return tuple(row[name] for name in KEYS)


@dataclass(frozen=True)
class Rows:
    """The file of all rows of all calls; several processes may append to it."""

    path: Path

    def append(self, row: Row) -> None:
        """Write a row in one piece, numbers that are not finite as null."""
        line = json.dumps(_plain(row), allow_nan=False) + "\n"
        with self.path.open("ab", buffering=0) as stream:
            stream.write(line.encode())

    def settle(self) -> None:
        """Create the file, or end a line that a killed process left unfinished."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        torn = self.path.exists() and not self.path.read_bytes().endswith(b"\n")
        with self.path.open("ab") as stream:
            stream.write(b"\n" if torn and self.path.stat().st_size else b"")

    def latest(self) -> dict[Key, Row]:
        """Return the last row of every case; lines that are not rows are ignored."""
        found: dict[Key, Row] = {}
        for line in self.path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                found[key(row)] = row
            except (ValueError, KeyError, TypeError):
                continue
        return found


def describe(row: Row) -> str:
    """Describe the result of a case in one line."""
    values = "  ".join(f"{name} {show(value)}" for name, value in row["values"].items())
    parts = (f"{row['part']}: {row['case']}", row["status"], row["why"], values)
    return ": ".join(part for part in parts if part)


def show(value: Any) -> str:  # noqa: ANN401
    """Print a value: numbers with three digits, or all of them before the point."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    whole = isinstance(value, int) or abs(value) >= 1000
    return f"{value:,.0f}" if whole else f"{value:.3g}"


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    value = value.item() if hasattr(value, "item") else value  # a number of NumPy or torch
    return None if isinstance(value, float) and not math.isfinite(value) else value
