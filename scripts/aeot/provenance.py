"""The source files on which a result depends, and the record of a run."""

import hashlib
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from aeot import syntax
from aeot.errors import InputError
from aeot.files import load_json

SCRIPTS = Path(__file__).resolve().parent.parent
# The parts of a record that are needed to repeat the run.
_PARTS = {"command", "outputs", "modules", "code", "commit", "python", "versions"}
PACKAGES = (
    *("torch", "torchvision", "numpy", "scipy", "scikit-learn", "numba"),
    *("pillow", "matplotlib", "pydantic"),
)


def sources(script: str | Path, modules: Iterable[str] = ()) -> list[Path]:
    """List a script and every `aeot` module that it imports, directly or not.

    The `__init__.py` of a package is omitted: it contains a registry (names, no code), and a new
    line there must not make the results of the other entries stale. The module of a registry entry
    is not imported by name, so the caller lists it in `modules`.

    Args:
        script: path of the script.
        modules: dotted names of further modules that the run will load.

    Returns:
        The script first, then the modules in sorted order; absolute paths.
    """
    script = Path(script).resolve()
    found: set[Path] = set()
    queue = [*syntax.read(script).imports, *modules]
    while queue:
        path = _module_file(queue.pop())
        if path is not None and path not in found:
            found.add(path)
            queue.extend(syntax.read(path).imports)
    return [script, *sorted(found)]


def _module_file(name: str) -> Path | None:
    if name.partition(".")[0] != "aeot":
        return None
    path = SCRIPTS.joinpath(*name.split(".")).with_suffix(".py")
    return path if path.is_file() else None


def code_hash(script: str | Path, modules: Iterable[str] = ()) -> str:
    """SHA-256 over the names and the syntax trees of `sources`.

    It does not depend on comments, docstrings, formatting or the location of the checkout.
    """
    digest = hashlib.sha256()
    for path in sources(script, modules):
        name = path.relative_to(SCRIPTS) if path.is_relative_to(SCRIPTS) else path.name
        digest.update(f"{name}\0{syntax.read(path).digest}\0".encode())
    return digest.hexdigest()


def run_record(
    argv: Sequence[str], modules: Iterable[str] = (), found: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Describe a run of a script such that it can be repeated.

    Args:
        argv: the script and its words, as in `sys.argv`.
        modules: dotted names of the modules that it loaded, since a registry's are not in its text.
        found: the resolved values of the run, from `aeot.resolved.found`.

    Returns:
        A JSON-ready record: command, outputs, code, commit, versions, and the resolved values.
    """
    script = Path(argv[0])
    return {
        "command": [script.name, *argv[1:]],
        "outputs": outputs(argv),
        "modules": sorted(modules),
        "code": code_hash(script, modules),
        "commit": commit(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PACKAGES},
        **(found or {}),
    }


def outputs(argv: Sequence[str]) -> list[str]:
    """Return the files that a command line's `--out-...` options name, in its order."""
    pairs = zip(argv, argv[1:], strict=False)
    return [word for option, word in pairs if option.startswith("--out-")]


def record_path(output: str | Path) -> Path:
    """Return the path of the record of the run whose first output is `output`."""
    return Path(f"{output}.run.json")


def record_of(result: str | Path) -> dict[str, Any]:
    """Find the record of the run that produced a file, in the file's folder.

    Raises:
        InputError: there is none, or it is damaged.
    """
    result = Path(result)
    for path in sorted(result.parent.glob("*.run.json")):
        record = load_json(path)
        if missing := _PARTS - record.keys():
            raise InputError(f"{path} has no {min(missing)!r}; compute {result} again.")
        if any(Path(name).name == result.name for name in record["outputs"]):
            return record
    raise InputError(f"there is no record beside {result} that describes how it was computed.")


def changes(record: Mapping[str, Any]) -> list[str]:
    """State in sentences how this machine and code differ from those of a record."""
    script = SCRIPTS / record["command"][0]
    found = []
    if not script.is_file():
        found.append(
            f"{script.name} is not in this checkout; the result is from commit {record['commit']}."
        )
    elif code_hash(script, record["modules"]) != record["code"]:
        found.append(f"the code differs from that of the result, commit {record['commit']}.")
    then = {"python": record["python"], **record["versions"]}
    now = {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    found.extend(
        f"{name} was {then[name]}, here it is {now.get(name)}."
        for name in then
        if then[name] != now.get(name)
    )
    return found


def version(name: str) -> str | None:
    """Return a package's installed version, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def commit() -> str | None:
    """Return the commit of the checkout, with '+' if tracked files differ from it."""
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
