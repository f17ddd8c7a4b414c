"""docs/transport/uses.md: its blocks run as they stand, in order."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "transport" / "uses.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:This DataLoader will create")
def test_every_block_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "example"}
    for block in BLOCKS:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["solution"].report["converged"]
