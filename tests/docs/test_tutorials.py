"""The tutorials are true: every block of code in them runs, in order, in a copy of the checkout.

A block whose first line is a comment with a path is saved under it, a `diff` is applied, `python`
and `sh` are run. A comment right above a block of shell, which no reader sees, may say `dry run`,
where the real one takes long, or `not run`, and why.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [DOCS / "start.md", *sorted((DOCS / "tutorials").glob("*.md"))]
PARTS = ("Makefile", "Snakefile", "config", "envs", "profiles", "pyproject.toml", "scripts",
         "workflow", "tests/aeot")  # fmt: skip
BLOCK = re.compile(
    r"(?:^<!-- (?P<marker>.*?) -->\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
SAVED = re.compile(r"# ([\w./]+\.(?:py|yaml))\n")


@dataclass
class Block:
    """A block of code of a page, and what the comment above it says."""

    kind: str
    text: str
    marker: str = ""

    @property
    def path(self) -> str | None:
        """Where it is saved; None if it is run."""
        found = SAVED.match(self.text)
        return found[1] if found and self.kind in ("python", "yaml") else None


def blocks(text):
    found = BLOCK.finditer(text)
    return [Block(m["kind"], m["text"], m["marker"] or "") for m in found]


def dry(line):
    """A command as it is planned."""
    if line.startswith("snakemake "):
        return f"{line} -n"
    assert line.startswith("make "), f"{line!r} has no dry run"
    return f"make -n {line.removeprefix('make ')}"


def run_blocks(found, folder, bin=Path(sys.executable).parent):
    """Run the blocks of a page with `bin`'s Python; consecutive ones of Python are one program."""
    python = ""
    for block in [*found, Block("end", "")]:
        if block.kind == "python" and not block.path:
            python += block.text
            continue
        if python:
            started([bin / "python", "-c", python], folder, bin)
            python = ""
        if block.path:
            path = folder / block.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.kind == "diff":
            started(["git", "apply", "-"], folder, bin, input=block.text)
        elif block.kind == "sh" and not block.marker.startswith("not run"):
            lines = block.text.splitlines()
            lines = [dry(line) for line in lines] if block.marker else lines
            started(["bash", "-euo", "pipefail", "-c", "\n".join(lines)], folder, bin)


def started(words, folder, bin, **more):
    variables = {
        "PATH": f"{bin}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "scripts"),
        "MPLBACKEND": "agg",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),  # a repository around it is not meant
    }
    done = subprocess.run(
        words, cwd=folder, env=os.environ | variables,
        capture_output=True, text=True, check=False, timeout=2400, **more,
    )  # fmt: skip
    assert done.returncode == 0, f"{words[-1]}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "aeot"
    folder.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / part, folder / part, ignore=ignore)
        else:
            shutil.copy(ROOT / part, folder / part)
    return folder


@pytest.mark.workflow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_a_page_runs(page, checkout, warm):
    found = blocks(page.read_text(encoding="utf-8"))
    assert found
    run_blocks(found, checkout, warm)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_block_of_a_page_escapes(page):
    text = page.read_text(encoding="utf-8")
    found = blocks(text)
    assert 2 * len(found) == len(re.findall("^```", text, re.MULTILINE))
    assert not re.search(r"^ {4}\S", BLOCK.sub("", text), re.MULTILINE)  # a block without a fence
    assert {block.kind for block in found} <= {"python", "yaml", "diff", "sh"}
    assert all(block.path for block in found if block.kind == "yaml")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_block_that_is_not_run_says_why(page):
    for block in blocks(page.read_text(encoding="utf-8")):
        if block.marker:
            assert block.kind == "sh", block.text
            assert re.fullmatch(r"dry run|not run: \w+( [\w;-]+){2,}", block.marker)


def test_most_blocks_are_run_and_few_are_left_out():
    every = [b for page in PAGES for b in blocks(page.read_text(encoding="utf-8"))]
    left_out = [block for block in every if block.marker.startswith("not run")]
    assert len(left_out) <= len(every) / 10


@pytest.mark.parametrize(
    "block",
    [Block("sh", "false\n"), Block("python", "assert 1 == 2\n"), Block("diff", "--- a/x\n")],
)
def test_a_block_that_fails_fails_its_page(block, tmp_path):
    with pytest.raises(AssertionError):
        run_blocks([block], tmp_path)


def test_blocks_run_in_order_and_python_keeps_its_names(tmp_path):
    page = """
```yaml
# made/a.yaml
key: 1
```
```python
text = open("made/a.yaml").read()
```
```python
open("b", "w").write(text)
```
<!-- not run: it would fail, of course -->
```sh
false
```
```sh
mv b c
```
"""
    run_blocks(blocks(page), tmp_path)
    assert (tmp_path / "c").read_text() == "# made/a.yaml\nkey: 1\n"


def test_a_dry_run_plans_what_the_page_says():
    assert dry("snakemake all --cores 2") == "snakemake all --cores 2 -n"
    assert dry("make run PRESET=smoke") == "make -n run PRESET=smoke"
    with pytest.raises(AssertionError):
        dry("rm -rf results")
