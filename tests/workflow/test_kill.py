"""kill -9 at any moment, then the same command again: the same bytes as without the kill.

Most kills are the process's own SIGKILL at a chosen place; some fall at random moments, of an
ordinary process. The others are forks of one that has imported torch (`warm_python.py`).
"""

import contextlib
import functools
import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from aeot.files import load_rows, save_arrays

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

# `due` is asked at every epoch or step. It says yes at `first`, and then the process dies: at the
# question `last`, or while the second checkpoint is half written (`last` is "write").
DRIVER = """
import os, pathlib, runpy, signal, sys

first, last, script = sys.argv[1:4]
sys.argv[:4] = [script]
sys.path.insert(0, str(pathlib.Path(script).parent))
from aeot import checkpoint

asked = 0

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def due(self):
    global asked
    asked += 1
    if last == "write" and asked == int(first) + 1:
        pathlib.Path.replace = die
        return True
    if last != "write" and asked == int(last):
        die()
    return asked == int(first)

checkpoint.Checkpoint.due = due
runpy.run_path(script, run_name="__main__")
"""


def called(python, *words, code=None):
    """Run a script, or `code` that runs it, on one thread."""
    return subprocess.run(
        [python, *(["-c", code] if code else []), *map(str, words)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def call(warm):
    """Run a script, or code that runs it, on one thread."""
    return functools.partial(called, warm / "python")


@pytest.fixture(scope="module")
def kill(call):
    """Run a script until it dies; its first checkpoint is there, its outputs are not."""

    def run(script, words, first, last):
        done = call(first, last, SCRIPTS / script, *words, code=DRIVER)
        assert done.returncode == -signal.SIGKILL, done.stderr

    return run


def digests(folder, names):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def training(folder, data):
    return [
        "--model", "autoencoder", "--train", data / "train.npz", "--test", data / "test.npz",
        "--set", "width=4", "codes=3", "batch_size=16", "epochs=7", "decoder_epochs=5",
        "--seed", "5", "--device", "cpu", "--threads", "1",
        "--out-model", folder / "autoencoder.pt",
        "--out-history", folder / "history.csv",
        "--out-report", folder / "report.json",
    ]  # fmt: skip


def solving(folder, data):
    return [
        "--codes", data / "codes.npz",
        "--set", "tolerance=0.1",
        "--seed", "5", "--device", "cpu", "--threads", "1",
        "--out-transport", folder / "transport.npz",
        "--out-history", folder / "history.csv",
        "--out-report", folder / "report.json",
    ]  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Two Gaussian-blurred sets of images, and a cloud of codes."""
    folder, generator = tmp_path_factory.mktemp("data"), np.random.default_rng(3)
    for split, count in (("train", 64), ("test", 16)):
        coarse = generator.integers(0, 256, (count, 1, 4, 4), dtype=np.uint8)
        save_arrays(folder / f"{split}.npz", images=coarse.repeat(4, 2).repeat(4, 3))
    save_arrays(folder / "codes.npz", codes=generator.normal(size=(150, 3)).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def calm(data, call, tmp_path_factory):
    """Run a script to its end, once: its folder, what it said, and the seconds that it took."""

    @functools.cache
    def run(script, arguments):
        folder, start = tmp_path_factory.mktemp("calm"), time.monotonic()
        done = call(SCRIPTS / script, *arguments(folder, data))
        assert done.returncode == 0, done.stderr
        return folder, done.stderr, time.monotonic() - start

    return run


@pytest.mark.parametrize(
    ("script", "arguments", "names", "kills", "done_before"),
    [
        # Killed in phase 1, in the middle of a write, and in phase 2 (epoch 8 and later).
        (
            "train_model.py",
            training,
            ("autoencoder.pt", "history.csv"),
            [(2, 4), (1, "write"), (6, 7)],
            "phase 1 epoch",
        ),
        # Killed before the first look at the held-out samples, and after it.
        (
            "solve_transport.py",
            solving,
            ("transport.npz", "history.csv"),
            [(7, 12), (5, "write")],
            "evaluation 1:",
        ),
    ],
    ids=["training", "solving"],
)
def test_a_killed_run_ends_in_the_same_bytes(
    data, call, calm, kill, tmp_path, script, arguments, names, kills, done_before
):
    whole, said, _ = calm(script, arguments)
    rough = tmp_path / "rough"
    assert "resuming" not in said and done_before in said
    for first, last in kills:
        kill(script, arguments(rough, data), first, last)
        assert len(list(rough.glob("*.checkpoint"))) == 1
        assert not [name for name in names if (rough / name).exists()]
    done = call(SCRIPTS / script, *arguments(rough, data))
    assert done.returncode == 0, done.stderr
    assert "resuming from" in done.stderr and done_before not in done.stderr
    assert digests(rough, names) == digests(whole, names)
    assert not list(rough.glob("*.checkpoint*"))


def modelling(folder, data):
    return [
        "--model", "vae", "--train", data / "train.npz", "--snapshot-images", "4",
        "--set", "steps=400", "width=4", "codes=3", "batch_size=8",
        "--seed", "5", "--device", "cpu", "--threads", "1",
        "--out-model", folder / "model.pt", "--out-moments", folder / "moments.npz",
        "--out-history", folder / "history.csv", "--out-report", folder / "report.json",
    ]  # fmt: skip


def fitting(folder, data):
    return [
        "--model", "pacgan", "--points", data / "codes.npz", "--array", "codes", "--trials", "2",
        "--set", "steps=60", "--seed", "5", "--device", "cpu", "--threads", "1",
        "--out-points", folder / "points.npz", "--out-history", folder / "history.csv",
        "--out-report", folder / "report.json", "--out-model", folder / "fitted.pt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "arguments", "names", "wanted"),
    [
        ("train_model.py", training, ("autoencoder.pt", "history.csv"), signal.SIGTERM),
        ("solve_transport.py", solving, ("transport.npz", "history.csv"), signal.SIGKILL),
        ("train_model.py", modelling, ("model.pt", "moments.npz"), signal.SIGKILL),
        ("fit_points.py", fitting, ("points.npz", "fitted.pt"), signal.SIGTERM),
    ],
    ids=["training", "solving", "modelling", "fitting"],
)
def test_a_kill_at_a_random_moment_ends_in_the_same_bytes(
    data, call, calm, tmp_path, script, arguments, names, wanted
):
    """The clock says where a kill falls, and no verdict hangs on it: every place must be right."""
    whole, _, seconds = calm(script, arguments)
    rough = tmp_path / "rough"
    words = [sys.executable, SCRIPTS / script, *arguments(rough, data)]
    with subprocess.Popen(
        [str(word) for word in words],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stderr=subprocess.DEVNULL,
    ) as process:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(np.random.default_rng().uniform(0.3, 1) * seconds)
        process.send_signal(wanted)
    assert process.returncode in (0, -wanted, 128 + wanted)
    done = call(SCRIPTS / script, *arguments(rough, data))
    assert done.returncode == 0, done.stderr
    assert digests(rough, names) == digests(whole, names)
    left = {path.name for path in rough.iterdir() if not path.name.endswith(".tmp")}
    assert left == {path.name for path in whole.iterdir()}


def searching(folder, data):
    return [
        "--model", "vae", "--train", data / "train.npz", "--real-features", data / "real.npz",
        "--extractor", "efficientnetlite0", "--extractor-set", "size=32", "--trainings", "2",
        "--set", "steps=250", "width=2", "codes=3", "batch_size=8", "--checkpoints", "2",
        "--count", "8", "--seed", "5", "--device", "cpu", "--threads", "1",
        "--out-rows", folder / "draws.csv",
    ]  # fmt: skip


def test_a_killed_search_goes_on_in_the_middle_of_a_draw(data, call, calm, kill, tmp_path):
    """Seconds apart, the rows are the same; a draw that was finished is not trained again."""
    random = np.random.default_rng(4)
    save_arrays(data / "real.npz", features=random.normal(size=(20, 1280)).astype(np.float32))
    whole, said, _ = calm("search_model.py", searching)
    rough = tmp_path / "rough"
    assert [said.count(f"draw{number}: ") for number in (0, 1)] == [1, 1]
    for first, last in ((1, 2), (4, 5)):  # in draw 0; then, three blocks later, in draw 1
        kill("search_model.py", searching(rough, data), first, last)
        assert not (rough / "draws.csv").exists()
        assert len(list(rough.glob("*.checkpoint"))) == 1
    done = call(SCRIPTS / "search_model.py", *searching(rough, data))
    assert done.returncode == 0, done.stderr
    assert "resuming from" in done.stderr and "draw0: " not in done.stderr
    rows = [[{**row, "seconds": ""} for row in load_rows(folder / "draws.csv")]
            for folder in (rough, whole)]  # fmt: skip
    assert rows[0] == rows[1] and {row["draw"] for row in rows[0]} == {"0", "1"}
    assert not list(rough.glob("*.checkpoint*"))


def test_a_damaged_checkpoint_costs_the_steps_since_the_one_before(
    data, call, calm, kill, tmp_path
):
    whole, rough = calm("train_model.py", training)[0], tmp_path / "rough"
    for first, last in ((2, 3), (2, 3)):  # checkpoints after epochs 2 and 4
        kill("train_model.py", training(rough, data), first, last)
    checkpoint = rough / "autoencoder.pt.checkpoint"
    content = bytearray(checkpoint.read_bytes())
    content[len(content) // 2] ^= 1
    checkpoint.write_bytes(content)
    done = call(SCRIPTS / "train_model.py", *training(rough, data))
    assert done.returncode == 0, done.stderr
    assert "checkpoint ignored" in done.stderr and "phase 1 epoch 3 " in done.stderr
    assert "phase 1 epoch 2 " not in done.stderr
    names = ("autoencoder.pt", "history.csv")
    assert digests(rough, names) == digests(whole, names)


def test_a_checkpoint_of_other_settings_is_not_used(data, call, kill, tmp_path):
    """The same output, another seed: the run starts again, and says why."""
    kill("train_model.py", training(tmp_path, data), 1, 2)
    words = training(tmp_path, data)
    words[words.index("--seed") + 1] = "6"
    done = call(SCRIPTS / "train_model.py", *words)
    assert done.returncode == 0
    assert "belongs to other settings or code" in done.stderr
    assert "phase 1 epoch 1 " in done.stderr


def test_the_workflow_takes_a_killed_job_up_where_it_was(
    finished, fresh, snakemake, warm, cores, tmp_path
):
    """Snakemake removes the outputs of a killed job; its checkpoint stays, and is used."""
    # Python imports `sitecustomize` at its start: of the job, it makes one that dies.
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if sys.orig_argv[1].endswith('train_model.py'):\n"
        f"    words = [sys.executable, '-c', {DRIVER!r}, '2', '4', *sys.orig_argv[1:]]\n"
        "    os.execv(sys.executable, words)\n"
    )
    target = "results/shapes/autoencoder/seed0/autoencoder.pt"
    command = [
        "--snakefile", str(fresh / "Snakefile"), "--directory", str(tmp_path),
        "--configfile", str(fresh / "config" / "presets" / "smoke.yaml"), *cores, target,
    ]  # fmt: skip
    killed = snakemake(fresh, *command, PYTHONPATH=str(tmp_path))
    assert killed.returncode == 1
    assert (tmp_path / f"{target}.checkpoint").exists() and not (tmp_path / target).exists()
    again = snakemake(fresh, *command, bin=warm)
    assert again.returncode == 0, again.stderr
    log = tmp_path / "results" / "logs" / "train_autoencoder" / "shapes" / "seed0.log"
    assert "resuming from" in log.read_text() and "phase 1 epoch 2 " not in log.read_text()
    names = ("autoencoder.pt", "history.csv")
    whole = finished.folder / "results" / "shapes" / "autoencoder" / "seed0"
    assert digests((tmp_path / target).parent, names) == digests(whole, names)
