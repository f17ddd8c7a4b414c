"""The workflow as a module of another one."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from snakemake.exceptions import WorkflowError

SMOKE = Path("config") / "presets" / "smoke.yaml"
SHAPES = {
    "datasets": ["shapes"],
    "dataset_settings": {"shapes": {"data": {"train_count": 40, "test_count": 20, "size": 16}}},
    "seeds": [3],
}


@pytest.fixture
def outer(tmp_path):
    """Write another workflow's Snakefile; returns its folder."""

    def write(snakefile, *lines, first="", use="use rule * from aeot as aeot_*"):
        folder = tmp_path / "outer"
        folder.mkdir()
        body = [f"snakefile: {snakefile}", *lines]
        module = "".join(f"    {line}\n" for line in body)
        (folder / "Snakefile").write_text(f"{first}\nmodule aeot:\n{module}\n{use}\n")
        return folder

    return write


@pytest.fixture
def repository(fresh, tmp_path):
    """A git repository of the workflow, with the branch `main`."""
    folder = shutil.copytree(fresh, tmp_path / "owner" / "aeot")
    git = ["git", "-c", "user.name=me", "-c", "user.email=me@example.com"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "All"]):
        subprocess.run([*git, *words], cwd=folder, check=True)
    return folder


def digests(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.npz")
    }


def jobs_of(workflow):
    return list(workflow.dag.needrun_jobs(exclude_finished=False))


@pytest.mark.parametrize(
    ("first", "given", "seed"),
    [
        ("", [], 0),
        ("", ["config: config"], 0),
        ("config['inner'] = {'seeds': [3]}", ["config: config['inner']"], 3),
    ],
    ids=str,
)
def test_what_is_given_is_laid_over_the_default(fresh, dry_run, outer, first, given, seed):
    folder = outer(f'"{fresh}/Snakefile"', *given, first=first)
    goal = f"results/mnist5k/aeot/seed{seed}/samples.npz"
    with dry_run(folder, targets=[goal]) as workflow:
        jobs = {job.rule.name: job for job in jobs_of(workflow)}
    assert {"aeot_train_autoencoder", "aeot_sample_aeot"} <= set(jobs)
    start = f"{sys.executable} {fresh}/scripts/sample_aeot.py"
    assert jobs["aeot_sample_aeot"].shellcmd.strip().startswith(start)


@pytest.mark.parametrize("given", [[], ["config: config"]], ids=str)
def test_a_configuration_on_the_command_line_reaches_the_module(fresh, dry_run, outer, given):
    folder = outer(f'"{fresh}/Snakefile"', *given, use="use rule * from aeot")
    with dry_run(folder, fresh / SMOKE, targets=["all"]) as workflow:
        datasets = {job.wildcards_dict.get("dataset", "shapes") for job in jobs_of(workflow)}
        made = [path for job in jobs_of(workflow) for path in job.output]
    assert datasets == {"shapes"}
    assert "results/shapes/ae/seed0/samples.npz" in made


def test_what_is_given_is_checked_and_left_as_it_is(fresh, snakemake, outer):
    folder = outer(f'"{fresh}/Snakefile"', "config: config", first="config['seeds'] = [3]")
    with (folder / "Snakefile").open("a") as stream:
        stream.write("print(config)\n")
    done = snakemake(folder, "-n", "--cores", "2")
    assert done.returncode == 0 and "{'seeds': [3]}\n" in done.stdout
    done = snakemake(folder, "-n", "--cores", "2", "--config", "sedes=[3]")
    assert done.returncode == 1
    assert "The configuration is wrong. sedes is not a known key" in done.stdout + done.stderr


def test_what_is_no_configuration_is_refused(fresh, dry_run, outer):
    folder = outer(f'"{fresh}/Snakefile"', "config: ['seeds']")
    with pytest.raises(WorkflowError, match="must be a mapping of keys, not"), dry_run(folder):
        pass


def test_a_relative_place_and_another_directory(fresh, snakemake, outer, tmp_path):
    place = os.path.relpath(fresh / "Snakefile", tmp_path / "outer")
    folder = outer(f'"{place}"')
    elsewhere = str(tmp_path / "elsewhere")
    done = snakemake(folder, "-n", "--cores", "2", "--printshellcmds", "--directory", elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{fresh}/scripts/train_model.py" in done.stdout


@pytest.mark.parametrize(
    ("given", "results"),
    [("prefix: 'sub'", "sub/results/"), ("replace_prefix: {'results/': 'sub/'}", "sub/")],
)
def test_every_path_has_the_prefix(fresh, dry_run, outer, given, results):
    folder = outer(f'"{fresh}/Snakefile"', given)
    with dry_run(folder, fresh / SMOKE, targets=["aeot_everything"]) as workflow:
        jobs = [job for job in jobs_of(workflow) if job.is_shell]
        texts = [job.shellcmd for job in jobs]
        for job in jobs:
            texts += [
                *job.input,
                *job.output,
                *job.log,
                *([job.benchmark] if job.benchmark else []),
            ]
    assert f"{results}shapes/aeot/seed0/samples.npz" in texts
    points = f"points={results}ring/gmm/seed0/points.npz"
    assert any(points in text for text in texts)
    assert not [text for text in texts if re.search(r"(?<!sub/)\bresults/", text)]


def test_two_configurations_stand_side_by_side(fresh, dry_run, outer):
    second = (
        f'module other:\n    snakefile: "{fresh}/Snakefile"\n    prefix: "b"\n'
        "    config: {'seeds': [1, 2]}\n\nuse rule * from other as other_*\n"
    )
    folder = outer(f'"{fresh}/Snakefile"', "prefix: 'a'", first=second)
    with dry_run(folder, targets=["aeot_all", "other_all"]) as workflow:
        jobs = [job for job in jobs_of(workflow) if job.rule.name.endswith("_solve_transport")]
        made = sorted(job.output.transport for job in jobs)
    tail = "results/mnist5k/transport/seed{}/transport.npz".format
    assert made == [f"a/{tail(0)}", f"b/{tail(1)}", f"b/{tail(2)}"]


def test_a_target_is_built_as_without_a_module(fresh, snakemake, warm, outer, tmp_path):
    goals = ["results/shapes/data/train.npz", "results/ring/points/seed3.npz"]
    config = tmp_path / "shapes.yaml"
    config.write_text(yaml.safe_dump(SHAPES))
    plain = ["--snakefile", str(fresh / "Snakefile"), "--configfile", str(config)]
    plain += ["--cores", "1", "--directory", str(tmp_path / "p"), *goals]
    done = snakemake(tmp_path, *plain, bin=warm)
    assert done.returncode == 0, done.stdout + done.stderr

    folder = outer(f'"{fresh}/Snakefile"', "prefix: 'sub'", f"config: {SHAPES}")
    own = ["--cores", "1", *(f"sub/{goal}" for goal in goals)]
    done = snakemake(folder, *own, bin=warm)
    assert done.returncode == 0, done.stdout + done.stderr
    made = digests(folder / "sub")
    assert set(goals) < set(made)
    assert made == digests(tmp_path / "p")
    assert not (folder / "results").exists()
    assert "Nothing to be done" in snakemake(folder, *own).stderr


def test_a_local_git_source_is_one_sentence(repository, snakemake, outer):
    folder = outer(f'"git+file://{repository}/Snakefile@main"')
    # With a configfile of the command line Snakemake does not miss the workflow's own.
    smoke = ["--configfile", str(repository / SMOKE)]
    for words in ([], smoke):
        refused(snakemake(folder, "-n", "--cores", "2", *words), f"git+file://{repository}")


def test_a_hosted_source_is_one_sentence(repository, snakemake, outer, tmp_path):
    """Git is told that the host is this folder, so that nothing is asked of a network."""
    folder = outer('github("owner/aeot", path="Snakefile", branch="main")')
    (tmp_path / "gitconfig").write_text(
        f'[url "{tmp_path.as_uri()}/"]\n    insteadOf = https://github.com/\n'
    )
    done = snakemake(
        folder, "-n", "--cores", "2",
        GIT_CONFIG_GLOBAL=str(tmp_path / "gitconfig"), XDG_CACHE_HOME=str(tmp_path / "cache"),
    )  # fmt: skip
    refused(done, "https://raw.githubusercontent.com/owner/aeot/main")


def refused(done, place):
    text = done.stdout + done.stderr
    assert done.returncode == 1 and "Traceback" not in text
    assert f"The workflow cannot run from {place}" in text
    assert "clone the repository and name the Snakefile of the clone." in text


def test_the_library_of_another_place_is_one_sentence(fresh, snakemake, outer, tmp_path):
    other = tmp_path / "site" / "aeot"
    other.mkdir(parents=True)
    (other / "__init__.py").touch()
    folder = outer(f'"{fresh}/Snakefile"', first="import aeot")
    done = snakemake(folder, "-n", "--cores", "2", PYTHONPATH=str(other.parent))
    assert done.returncode == 1
    assert f"aeot was imported from {other} before this workflow" in done.stdout + done.stderr
