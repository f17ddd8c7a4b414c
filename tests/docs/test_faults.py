"""The table of faults names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_test_that_the_table_names_is_there():
    text = (ROOT / "docs" / "faults.md").read_text()
    rows = [
        line for line in text.splitlines() if line.startswith("| ") and "| before |" not in line
    ]
    assert len(rows) > 25
    known = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    for row in rows:
        names = re.findall(r"`([\w/.]+)`", row.rsplit("|", 2)[1])
        assert names, row
        for name in names:
            assert (ROOT / name).exists() if "/" in name else name in known, name
