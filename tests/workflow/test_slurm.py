"""The workflow on a real SLURM cluster of one node: `make test-slurm`, as root, SLURM installed."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aeot.comparison import differences
from aeot.files import file_digest

pytestmark = pytest.mark.slurm

NODE = Path(__file__).resolve().parents[1] / "cluster" / "node.sh"
TRAINED = "results/shapes/autoencoder/seed0/autoencoder.pt"
PATIENCE = 600  # seconds


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A cluster that this machine is the one node of; yields the folder of its logs."""
    folder = tmp_path_factory.mktemp("node")
    try:
        subprocess.run(["bash", str(NODE), "start", str(folder)], check=True, timeout=120)
        yield folder
    finally:
        subprocess.run(["bash", str(NODE), "stop", str(folder)], check=True, timeout=120)


def ended(node):
    """Count the states in which jobs have ended."""
    path = node / "log" / "jobs.txt"
    states = re.findall(r"JobState=(\w+)", path.read_text()) if path.exists() else []
    return {state: states.count(state) for state in set(states)}


def words(fresh, folder, *more):
    return [
        "--snakefile", str(fresh / "Snakefile"), "--directory", str(folder),
        "--configfile", str(fresh / "config" / "presets" / "smoke.yaml"),
        "--max-threads", "1", *more,  # the node has few CPUs
    ]  # fmt: skip


def slurm(fresh):
    return ["--profile", str(fresh / "profiles" / "slurm"), "--group-components", "scores=2"]


def test_every_job_goes_through_sbatch_and_the_results_are_those_of_one_machine(
    node, fresh, snakemake, tmp_path
):
    done = snakemake(fresh, *words(fresh, tmp_path / "cluster", *slurm(fresh)))
    assert done.returncode == 0, done.stderr[-5000:]
    states = ended(node)
    assert set(states) == {"COMPLETED"} and states["COMPLETED"] > 15
    assert "slurm_logs/group_scores" in done.stdout + done.stderr
    done = snakemake(fresh, *words(fresh, tmp_path / "alone", "--cores", "2"))
    assert done.returncode == 0, done.stderr[-5000:]
    assert differences(tmp_path / "alone" / "results", tmp_path / "cluster" / "results") == []


def test_a_queue_of_ones_own_commands_is_asked_and_answers(node, fresh, snakemake, tmp_path):
    """The profile for other queues, with SLURM's commands in it."""
    home = tmp_path / "aeot"
    shutil.copytree(fresh, home)
    before = ended(node)
    smoke = str(Path("config") / "presets" / "smoke.yaml")
    profile = str(Path("profiles") / "cluster-generic")
    done = snakemake(
        home, "--configfile", smoke, "--max-threads", "1", "--profile", profile,
        "--", "results/shapes/autoencoder/seed0/codes.npz",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-5000:]
    assert (home / "results/shapes/autoencoder/seed0/codes.npz").exists()
    assert ended(node)["COMPLETED"] >= before.get("COMPLETED", 0) + 2
    assert list((home / "results" / "logs" / "queue").glob("*.log"))


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.2)


def training_jobs():
    """Ids of running jobs that train; the plugin writes the rule into a job's comment."""
    done = subprocess.run(
        ["squeue", "--noheader", "--states=RUNNING", "--format=%i %k"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    lines = [line.split() for line in done.stdout.splitlines()]
    return [line[0] for line in lines if "train_autoencoder" in line[1]]


def test_a_cancelled_training_comes_back_and_ends_in_the_same_bytes(
    node, fresh, snakemake, tmp_path
):
    longer = tmp_path / "longer.yaml"
    longer.write_text("autoencoder: {epochs: 60, decoder_epochs: 20, patience: 60}\n")
    before = ended(node)

    def command(name, *more):
        line = words(fresh, tmp_path / name, *more)
        place = line.index("--max-threads")
        return [*line[:place], str(longer), *line[place:], "--", TRAINED]

    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with (tmp_path / "snakemake.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "snakemake", *command("cluster", *slurm(fresh))],
            cwd=fresh, env=os.environ | {"PATH": path}, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            checkpoint = tmp_path / "cluster" / f"{TRAINED}.checkpoint"
            wait_for(lambda: checkpoint.exists() or process.poll() is not None, "a checkpoint")
            [job] = training_jobs()
            subprocess.run(["scancel", job], check=True, timeout=60)
            process.wait(PATIENCE)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
    told = (tmp_path / "snakemake.log").read_text()
    assert process.returncode == 0, told[-5000:]
    assert "Trying to restart job" in told
    assert ended(node).get("CANCELLED", 0) == before.get("CANCELLED", 0) + 1
    log = tmp_path / "cluster" / "results/logs/train_autoencoder/shapes/seed0.log"
    assert "resuming from" in log.read_text() and "phase 1 epoch 1 " not in log.read_text()
    done = snakemake(fresh, *command("calm", "--cores", "1"))
    assert done.returncode == 0, done.stderr[-5000:]
    digests = {file_digest(tmp_path / name / TRAINED) for name in ("cluster", "calm")}
    assert len(digests) == 1
