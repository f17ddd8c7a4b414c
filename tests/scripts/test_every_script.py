"""Every script: help at once and from anywhere, without torch; options checked; names apart."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
FILES = sorted(SCRIPTS.glob("*.py"))
HEAVY = ("torch", "torchvision", "sklearn", "matplotlib", "pandas", "scipy", "PIL", "mlxtend")

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


@every_script
def test_help_needs_no_heavy_package_and_is_the_docstring(script, bare):
    done = call(script, bare, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: {script.name} ")
    assert docstring(script) in done.stdout
    # Every option says something of itself.
    for option in re.findall(r"^  (--[a-z-]+)", done.stdout, flags=re.MULTILINE):
        entry = re.search(rf"^  {option}\b.*?(?=^  -|\Z)", done.stdout, re.MULTILINE | re.DOTALL)
        assert re.search(r"\s{2,}\S", entry[0].strip()), f"{option} has no help"


@every_script
def test_an_unknown_option_is_a_usage_error(script, bare):
    done = call(script, bare, "--no-such-option")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")
    assert "Traceback" not in done.stderr


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
