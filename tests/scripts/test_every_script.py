"""Every script: help at once and from anywhere, without torch; options checked; names apart."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
FILES = sorted(SCRIPTS.glob("*.py"))
HEAVY = ("torch", "torchvision", "sklearn", "matplotlib", "pandas", "scipy", "PIL", "mlxtend")

# Run each script as `python SCRIPT WORD` would: its folder first on the path, its name in `argv`.
ASK = """
import contextlib, io, json, pathlib, runpy, sys, traceback

found, path, scripts = {}, list(sys.path), sys.argv[1:]
for script in scripts:
    for word in ("--help", "--no-such-option"):
        out, err, code = io.StringIO(), io.StringIO(), 0
        sys.argv, sys.path[:] = [script, word], [str(pathlib.Path(script).parent), *path]
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                runpy.run_path(script, run_name="__main__")
            except SystemExit as left:
                code = left.code or 0
            except BaseException:
                code = 1
                traceback.print_exc()
        found[f"{script} {word}"] = [code, out.getvalue(), err.getvalue()]
print(json.dumps(found))
"""

every_script = pytest.mark.parametrize("script", FILES, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A folder on the path whose heavy packages fail when they are imported."""
    folder = tmp_path_factory.mktemp("bare")
    for name in HEAVY:
        text = f"raise ImportError('{name} is not to be imported before the arguments are read')"
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(text)
    return folder


def call(script, folder, *words):
    """Run a script by its path, in a folder that is not the repository."""
    return subprocess.run(
        [sys.executable, str(script), *words],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def docstring(script):
    return ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))


def test_there_are_scripts_and_the_stubs_bite(bare):
    assert len(FILES) > 15
    done = subprocess.run(
        [sys.executable, "-c", "import torch"],
        env=os.environ | {"PYTHONPATH": str(bare)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "not to be imported" in done.stderr


@pytest.fixture(scope="module")
def answers(bare):
    """What every script answers to `--help` and to a wrong option: exit code, output, errors.

    One process without heavy packages asks them all: starting sixty takes a minute.
    """
    done = subprocess.run(
        [sys.executable, "-c", ASK, *map(str, FILES)],
        cwd=bare,
        env=os.environ | {"PYTHONPATH": str(bare), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@every_script
def test_help_needs_no_heavy_package_and_is_the_docstring(script, answers):
    code, said, errors = answers[f"{script} --help"]
    assert (code, errors) == (0, "")
    assert said.startswith(f"usage: {script.name} ")
    assert docstring(script) in said
    # Every option says something of itself.
    for option in re.findall(r"^  (--[a-z-]+)", said, flags=re.MULTILINE):
        entry = re.search(rf"^  {option}\b.*?(?=^  -|\Z)", said, re.MULTILINE | re.DOTALL)
        assert re.search(r"\s{2,}\S", entry[0].strip()), f"{option} has no help"


@every_script
def test_an_unknown_option_is_a_usage_error(script, answers):
    code, _, errors = answers[f"{script} --no-such-option"]
    assert code == 2
    assert errors.startswith("usage: ")
    assert "Traceback" not in errors


def test_a_script_runs_by_its_path_from_any_folder(bare):
    """As a process of its own, which finds the library beside it."""
    done = call(FILES[0], bare, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {FILES[0].name} ")


@every_script
def test_a_script_has_a_name_of_its_own(script):
    """A folder of scripts is first on the path: a standard name would break what imports it."""
    assert script.stem not in sys.stdlib_module_names
    assert re.fullmatch("[a-z]+_[a-z]+", script.stem), "a script is called verb_noun"


@every_script
def test_a_script_is_thin(script):
    text = script.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert text.endswith('if __name__ == "__main__":\n    cli.run(main)\n')
    tree = ast.parse(text)
    main = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "main")
    assert [a.arg for a in main.args.args] == ["argv"]
