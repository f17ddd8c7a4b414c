"""What a result stands on: the source files of a script, and the record of a run."""

import ast
import hashlib
import platform
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parent.parent
PACKAGES = ("torch", "torchvision", "numpy", "scipy", "scikit-learn", "pydantic")


def sources(script: str | Path, modules: Iterable[str] = ()) -> list[Path]:
    """List a script and every `aeot` module that it imports, directly or not.

    A package's `__init__.py` is left out: it holds a registry (names, no code), and a new line
    there must not make the results of the other entries stale. The module of a registry entry
    is not imported by name, so the caller names it in `modules`.

    Args:
        script: path of the script.
        modules: dotted names of further modules that the run will load.

    Returns:
        The script first, then the modules in sorted order; absolute paths.
    """
    script = Path(script).resolve()
    found: set[Path] = set()
    queue = [*_imports(script), *modules]
    while queue:
        path = _module_file(queue.pop())
        if path is not None and path not in found:
            found.add(path)
            queue.extend(_imports(path))
    return [script, *sorted(found)]


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Dotted names of the `aeot` modules that a file imports anywhere in its text."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names.extend(f"{node.module}.{alias.name}" for alias in node.names)
    return tuple(name for name in names if name.split(".")[0] == "aeot")


def _module_file(name: str) -> Path | None:
    path = SCRIPTS.joinpath(*name.split(".")).with_suffix(".py")
    return path if path.is_file() else None


def code_hash(script: str | Path, modules: Iterable[str] = ()) -> str:
    """SHA-256 over the names and contents of `sources`."""
    digest = hashlib.sha256()
    for path in sources(script, modules):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def run_record(settings: dict[str, Any], seed: int, device: str) -> dict[str, Any]:
    """Describe this run: enough to repeat it.

    Args:
        settings: the fully resolved settings.
        seed: the seed that made the run.
        device: the device's name.

    Returns:
        A JSON-ready record: command, settings, seed, device, code, commit, versions.
    """
    script = Path(sys.argv[0])
    return {
        "command": [script.name, *sys.argv[1:]],
        "settings": settings,
        "seed": seed,
        "device": device,
        "code": code_hash(script) if script.suffix == ".py" else None,
        "commit": _commit(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The checkout's commit, with '+' where tracked files differ from it."""
    try:
        answer = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12"],
            cwd=SCRIPTS,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
