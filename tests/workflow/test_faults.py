"""Full and read-only disks, two runs in one folder, odd paths, locales, hostile configurations."""

import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import yaml

from aeot.files import file_digest, save_arrays

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
SMALL_DISK = 'mount -t tmpfs -o size="$1"k none "$2" && shift 2 && "$@"'
READ_ONLY = 'shift && mount -t tmpfs none "$1" && mount -o remount,ro "$1" && shift && "$@"'


def on_a_disk(how, kilobytes, folder, *command):
    """Run a command that sees a disk of its own in `folder`, in a name space of its own."""
    folder.mkdir()
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", how, "sh"]
    return subprocess.run(
        [*words, str(kilobytes), str(folder), *map(str, command)],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="session")
def disks(tmp_path_factory):
    """Skip where this user may not mount a disk even in a name space of its own."""
    done = on_a_disk(SMALL_DISK, 100, tmp_path_factory.mktemp("try") / "disk", "true")
    if done.returncode:
        pytest.skip(f"no disk of one's own can be mounted here: {done.stderr.strip()}")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder, generator = tmp_path_factory.mktemp("data"), np.random.default_rng(3)
    for split in ("train", "test"):
        images = generator.integers(0, 256, (40, 1, 16, 16), dtype=np.uint8)
        save_arrays(folder / f"{split}.npz", images=images)
    save_arrays(folder / "codes.npz", codes=generator.normal(size=(150, 3)).astype(np.float32))
    return folder


def command(script, data, disk):
    words = {
        "prepare_dataset.py": [
            *("--source", "shapes", "--set", "train_count=200", "test_count=200"),
            *("--out-train", disk / "train.npz", "--out-test", disk / "test.npz"),
        ],
        "train_model.py": [
            *("--model", "autoencoder"),
            *("--train", data / "train.npz", "--test", data / "test.npz", "--device", "cpu"),
            *("--set", "width=8", "codes=3", "epochs=40", "decoder_epochs=5", "--threads", "1"),
            *("--out-model", disk / "a.pt", "--out-history", disk / "a.csv"),
            *("--out-report", disk / "a.json"),
        ],
        "solve_transport.py": [
            *("--codes", data / "codes.npz", "--set", "tolerance=0.1", "--device", "cpu"),
            *("--out-transport", disk / "t.npz", "--out-report", disk / "t.json"),
        ],
    }
    return [sys.executable, SCRIPTS / script, *words[script]]


@pytest.mark.parametrize(
    ("script", "kilobytes", "result"),
    [
        ("prepare_dataset.py", 24, "train.npz"),
        ("train_model.py", 64, "a.pt"),
        ("solve_transport.py", 4, "t.npz"),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_nothing_in_part(
    disks, data, tmp_path, script, kilobytes, result
):
    """The disk is seen from inside only, so that its contents are listed there."""
    disk = tmp_path / "disk"
    then = f"{SMALL_DISK}; code=$?; ls -A {shlex.quote(str(disk))} >&2; exit $code"
    done = on_a_disk(then, kilobytes, disk, *command(script, data, disk))
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    told, sentence, left = done.stderr.partition("error: no space left on the disk of ")
    assert sentence, told
    names = left.splitlines()[1:]
    assert result not in names
    assert not [name for name in names if name.startswith(".")]  # what was being written


def test_a_read_only_disk_is_one_sentence(disks, data, tmp_path):
    disk = tmp_path / "disk"
    done = on_a_disk(READ_ONLY, 0, disk, *command("solve_transport.py", data, disk))
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("error: Read-only file system: ")
    assert "Traceback" not in done.stderr


def arguments(fresh, folder, *more):
    smoke = fresh / "config" / "presets" / "smoke.yaml"
    words = ["--snakefile", fresh / "Snakefile", "--directory", folder, "--configfile", smoke]
    return [str(word) for word in (*words, *more)]


def test_a_second_run_in_a_folder_is_refused_and_the_first_one_ends_well(
    fresh, snakemake, cores, tmp_path
):
    target = "results/shapes/autoencoder/seed0/autoencoder.pt"
    words = arguments(fresh, tmp_path, *cores, target)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    first = subprocess.Popen(
        [sys.executable, "-m", "snakemake", *words], cwd=fresh, env=os.environ | {"PATH": path},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        locks = tmp_path / ".snakemake" / "locks"
        while not (locks.is_dir() and any(locks.iterdir())):
            assert first.poll() is None, "the first run ended before it could be disturbed"
            time.sleep(0.02)
        second = snakemake(fresh, *words)
        assert first.wait(300) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            first.kill()
    assert second.returncode == 1
    assert "Directory cannot be locked" in second.stdout + second.stderr
    assert (tmp_path / target).exists()


def test_blanks_accents_and_a_plain_locale_change_no_byte(finished, fresh, tmp_path, cores):
    """A folder with a name that a shell would take apart; the repository lies in another one."""
    home = tmp_path / "Über $HOME; 'images' (1)" / "aeot"
    shutil.copytree(fresh, home)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    targets = ["results/tables/main/losses.md", "results/shapes/aeot/seed0/samples.npz"]
    smoke = str(Path("config") / "presets" / "smoke.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *targets, "--configfile", smoke, *cores],
        cwd=home, env=os.environ | {"PATH": path, "LC_ALL": "C", "LANG": "C"},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    for target in targets:
        assert file_digest(home / target) == file_digest(finished.folder / target)


def test_jobs_run_the_python_that_runs_snakemake(fresh, snakemake, tmp_path):
    """Whatever is called `python` on the path, as where no environment was activated."""
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\nexit 9\n")
    other.chmod(0o755)
    target = "results/shapes/data/train.npz"
    words = arguments(fresh, tmp_path, "--cores", "1", target)
    done = snakemake(fresh, *words, PATH=os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / target).exists()


def test_in_an_environment_of_snakemakes_jobs_run_its_python(fresh, snakemake, tmp_path):
    """With an environment for every rule, the Python that runs Snakemake lacks its packages."""
    conda = tmp_path / "conda"  # says that it is there, and is never asked for more
    answer = {"conda_prefix": "/none", "conda_version": "25.1.0", "platform": "linux-64"}
    answer["get"] = {"channel_priority": "strict"}
    conda.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    conda.chmod(0o755)
    words = arguments(fresh, tmp_path, "-n", "--cores", "1", "--software-deployment-method")
    for method in ("conda", "apptainer"):
        path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
        done = snakemake(fresh, *words, method, PATH=path)
        assert f"python {fresh}/scripts/train_model.py" in done.stdout, done.stderr
        assert sys.executable not in done.stdout


HOSTILE = 'a\'; touch pwned; "$(touch pwned)" `touch pwned` {input} & #'


def test_no_string_of_the_configuration_reaches_a_shell_unquoted(fresh, dry_run, tmp_path):
    pictures = tmp_path / HOSTILE
    pictures.mkdir()
    for number in range(40):  # as many as the scores need
        (pictures / f"{number}.png").write_bytes(b"%d" % number)
    path = tmp_path / "hostile.yaml"
    settings = {
        "datasets": ["shapes", "mnist", "imagefolder"],
        "extractors": ["inception"],
        "sources": {"mnist": {"root": HOSTILE}},
        "dataset_settings": {
            "imagefolder": {"data": {"folder": str(pictures), "test_fraction": 0.5}}
        },
        "extractor_settings": {"inception": {"weights": HOSTILE}},
    }
    path.write_text(yaml.safe_dump(settings))
    found = set()
    with dry_run(fresh, fresh / "config" / "presets" / "smoke.yaml", path) as workflow:
        for job in workflow.dag.needrun_jobs(exclude_finished=False):
            if job.is_shell and "touch pwned" in job.shellcmd:
                words = shlex.split(job.shellcmd, comments=True)
                whole = [word for word in words if HOSTILE in word]
                assert whole, job.shellcmd
                assert "touch pwned" not in " ".join(w for w in words if w not in whole)
                found.add(job.rule.name)
    assert {"fetch_dataset", "prepare_dataset", "extract_features"} <= found


@pytest.mark.parametrize(
    "text",
    [
        "seeds: !!python/object/apply:os.system ['touch pwned']",
        "seeds: !!python/object/new:subprocess.Popen [['touch', 'pwned']]",
    ],
)
def test_code_in_a_configuration_is_refused_unrun(fresh, snakemake, tmp_path, text):
    (tmp_path / "hostile.yaml").write_text(text + "\n")
    words = arguments(fresh, tmp_path, str(tmp_path / "hostile.yaml"), "-n", "--cores", "1")
    done = snakemake(tmp_path, *words)
    assert done.returncode == 1
    assert not list(tmp_path.rglob("pwned"))
