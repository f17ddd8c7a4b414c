"""One finished run of the smoke preset, in a copy of the repository, for all tests here."""

import collections
import contextlib
import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from snakemake.utils import update_config

ROOT = Path(__file__).resolve().parents[2]
SMOKE = Path("config") / "presets" / "smoke.yaml"
PARTS = ("Snakefile", "config", "envs", "profiles", "scripts", "workflow", "pyproject.toml")
# Two threads of one job wait for each other at length where the machine is shared with others; a
# third job uses the cores while two wait for files or start.
CORES = ("--cores", "3", "--max-threads", "1")
HERE = Path(__file__).parent
LIMIT = 10**11  # bytes: inputs up to this size are compared by content, as profiles/default says


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests of this folder: they run or plan a workflow.

    They come first, so that other processes have tests to run while one runs the smoke preset.
    """
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.workflow)
    items.sort(key=lambda item: not item.path.is_relative_to(HERE))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test alike in every process, where a set has an order of its own."""
    if isinstance(val, set):
        return ",".join(sorted(val))
    return str(val) if isinstance(val, dict) else None


def copy_repository(folder: Path) -> Path:
    """Copy what a run needs; an edit there touches nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        if (ROOT / name).is_dir():
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignore)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def run_snakemake(
    folder: Path, *words: str, bin: Path = Path(sys.executable).parent, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run `bin`'s Snakemake in `folder`, with `variables` in the environment.

    Hundreds of jobs import the modules of a copy, where none is compiled: the first ones keep them.
    """
    variables = {"PYTHONDONTWRITEBYTECODE": "", **variables}
    return subprocess.run(
        [bin / "snakemake", *words],
        cwd=folder,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=2400,  # a machine under load is slow, not wrong
    )


# The modules of a copy's own `aeot` after a plan, and the state of the code that they were read of.
_kept: dict[Path, tuple[list, dict]] = {}


def _loaded() -> dict:
    return {n: m for n, m in sys.modules.items() if n == "aeot" or n.startswith("aeot.")}


def _state_of(scripts: Path) -> list:
    """Say when each file of a copy's code was written, and how long it is."""
    files = [(path, path.stat()) for path in sorted(scripts.rglob("*.py"))]
    return [(path, status.st_mtime_ns, status.st_size) for path, status in files]


@contextlib.contextmanager
def _modules_of(folder: Path) -> Iterator[None]:
    """Let the workflow import its own `aeot`, not the one that the tests have imported.

    Of a copy whose code is as it was at the plan before, the modules are used again, with the
    syntax trees that they have read: that is half of a plan's time.
    """
    scripts = folder / "scripts"
    state, path, tests = _state_of(scripts), list(sys.path), _loaded()
    sys.path[:] = [entry for entry in path if Path(entry) != ROOT / "scripts"]
    try:
        for name in tests:
            del sys.modules[name]
        before, modules = _kept.get(scripts, ([], {}))
        if state and state == before:
            sys.modules.update(modules)
        yield
    finally:
        loaded = _loaded()
        for name in loaded:
            del sys.modules[name]
        if state:
            _kept[scripts] = (state, loaded)
        sys.modules.update(tests)
        sys.path[:] = path


@contextlib.contextmanager
def planned(
    folder: Path,
    *configfiles: Path,
    edits: dict | None = None,
    targets=(),
    snakefile: str = "Snakefile",
):
    """Plan a run in this process, as `snakemake -n` does, and yield Snakemake's workflow.

    The one place that reads a private attribute of Snakemake: its API has no list of jobs.
    """
    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import (
        ConfigSettings,
        DAGSettings,
        OutputSettings,
        Quietness,
        ResourceSettings,
    )

    home = Path.cwd()
    with _modules_of(folder):
        try:
            os.chdir(folder)
            with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
                workflow = api.workflow(
                    resource_settings=ResourceSettings(cores=1),
                    config_settings=ConfigSettings(config=edits or {}, configfiles=configfiles),
                    snakefile=folder / snakefile,
                    workdir=folder,
                )
                dag = workflow.dag(DAGSettings(targets=set(targets), max_checksum_file_size=LIMIT))
                dag.execute_workflow(executor="dryrun")
                yield workflow._workflow
        finally:
            os.chdir(home)


class Finished:
    """The finished run: where it is, and what an edit would make it do again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results = folder / "results"
        self.preset = folder / SMOKE

    def jobs(self, edits: dict | None = None, targets=()) -> list[tuple[str, dict]]:
        """List rule and wildcards of the jobs that `edits` over the smoke preset make run."""
        with planned(self.folder, SMOKE, edits=edits, targets=targets) as workflow:
            jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
        # Targets, such as a study, have no command.
        return [(j.rule.name, dict(j.wildcards_dict)) for j in jobs if j.is_shell]

    def plan(self, edits: dict | None = None, targets=()) -> collections.Counter:
        """Count the same jobs by rule."""
        return collections.Counter(rule for rule, _ in self.jobs(edits, targets))

    def stale_by(self, edits: list, targets=()) -> list:
        """Return those edits, of the configuration or names of files, that make anything run again.

        All are planned at once; each alone, to name it, only where that finds a job.
        """
        if not self._stale(edits, targets):
            return []
        return [edit for edit in edits if self._stale([edit], targets)] or edits

    def _stale(self, edits: list, targets) -> collections.Counter:
        config: dict = {}
        with contextlib.ExitStack() as files:
            for edit in edits:
                if isinstance(edit, str):
                    files.enter_context(self.edited(edit))
                else:
                    update_config(config, copy.deepcopy(edit))
            return self.plan(config, targets)

    @contextlib.contextmanager
    def edited(self, name: str, old: str = "", new: str = "") -> Iterator[None]:
        """Replace `old` by `new` in a file of the copy for a while, or append a line."""
        path = self.folder / name
        before = path.read_text(encoding="utf-8")
        assert old in before
        line = "CHANGED = True" if path.suffix == ".py" else "# a comment"
        after = before.replace(old, new) if old else f"{before}\n{line}\n"
        assert after != before
        try:
            path.write_text(after, encoding="utf-8")
            yield
        finally:
            path.write_text(before, encoding="utf-8")


@pytest.fixture(scope="session")
def finished(tmp_path_factory, warm: Path) -> Finished:
    """Run all studies of the smoke preset once, for real.

    Of several processes of tests (pytest-xdist) one runs it, and every one edits a copy of its own.
    """
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
    whole = (shared or tmp_path_factory.mktemp("smoke")) / "finished"
    with FileLock(f"{whole}.lock"):
        if not whole.exists():
            folder = copy_repository(tmp_path_factory.mktemp("running") / "aeot")
            words = ("everything", "--configfile", str(SMOKE), *CORES)
            done = run_snakemake(folder, *words, bin=warm)
            assert done.returncode == 0, done.stderr[-5000:]
            folder.rename(whole)
    own = tmp_path_factory.mktemp("own") / "aeot"
    shutil.copytree(whole, own, symlinks=True)
    return Finished(own)


@pytest.fixture(scope="session")
def cores() -> tuple[str, ...]:
    """The options that say how many cores a run may use."""
    return CORES


@pytest.fixture(scope="session")
def snakemake() -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run_snakemake`, for tests."""
    return run_snakemake


@pytest.fixture(scope="session")
def dry_run() -> Callable[..., contextlib.AbstractContextManager]:
    """`planned`, for tests."""
    return planned


@pytest.fixture(scope="session")
def fresh(tmp_path_factory) -> Path:
    """A copy of the repository in which nothing has run."""
    return copy_repository(tmp_path_factory.mktemp("fresh") / "aeot")
