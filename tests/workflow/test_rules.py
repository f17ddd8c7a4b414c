"""The rules themselves: what each stands on, and the files that it is tidied by."""

import collections
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aeot.provenance import sources

ROOT = Path(__file__).resolve().parents[2]
PRESETS = [None, *sorted(path.stem for path in (ROOT / "config" / "presets").glob("*.yaml"))]


def preset_path(folder, name):
    return [folder / "config" / "presets" / f"{name}.yaml"] if name else []


@pytest.fixture(scope="module")
def paper(fresh, dry_run):
    """Every job of the largest preset, and the rules; nothing runs."""
    goals = (
        "all",
        "certificate",
        "collapse",
        "adversarial",
        "autoencoders",
        "geometry",
        "everything",
    )
    with dry_run(fresh, *preset_path(fresh, "paper"), targets=goals[-1:]) as workflow:
        jobs = [
            job
            for job in workflow.dag.needrun_jobs(exclude_finished=False)
            if job.rule.name not in goals
        ]
        rules = {rule.name: rule for rule in workflow.rules if rule.name not in goals}
        yield jobs, rules


@pytest.mark.parametrize(("gpu", "asked"), [(True, 1), (False, 0)])
def test_jobs_ask_for_a_gpu_where_there_is_one(fresh, dry_run, gpu, asked):
    smoke = preset_path(fresh, "smoke")
    with dry_run(fresh, *smoke, edits={"gpu": gpu}, targets=["everything"]) as workflow:
        jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
        asks = [job for job in jobs if job.resources.get("gpu") is not None]
        rules = {rule.name: rule for rule in workflow.rules}
    assert {"train_autoencoder", "train_model", "extract_features"} <= {j.rule.name for j in asks}
    assert {job.resources["gpu"] for job in asks} == {asked}
    networks = ["train_model", "sample_model", "extract_features", "score_moments", "decode_codes"]
    # Without one, jobs of small networks run side by side.
    assert all(rules[name].resources["_cores"] == (8 if gpu else 1) for name in networks)
    assert rules["solve_transport"].resources["_cores"] == 8


def test_several_processes_share_a_training_and_a_solve(fresh, dry_run):
    edits = {"ranks": 3, "gpu": True}
    with dry_run(fresh, *preset_path(fresh, "smoke"), edits=edits) as workflow:
        jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
        jobs = [job for job in jobs if job.is_shell]
        shared = {job.rule.name: job for job in jobs if "torch.distributed.run" in job.shellcmd}
    assert set(shared) == {"train_autoencoder", "solve_transport"}
    for name, job in shared.items():
        start = f"python -m torch.distributed.run --standalone --nproc-per-node=3 scripts/{name}.py"
        assert " ".join(job.shellcmd.split()).startswith(start)
        assert job.resources["gpu"] == 3


def test_a_retry_asks_for_more(fresh, dry_run):
    with dry_run(fresh, *preset_path(fresh, "smoke")) as workflow:
        jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
        job = next(job for job in jobs if job.rule.name == "train_autoencoder")
        asked = [dict(job.resources.items())]
        job.attempt = 3
        asked.append(dict(job.resources.items()))
    assert [ask["mem_mb"] for ask in asked] == [4000, 12_000]
    assert [ask["runtime"] for ask in asked] == [720, 2160]


def test_every_rule_has_jobs_in_the_paper_preset(paper):
    jobs, rules = paper
    assert {job.rule.name for job in jobs} == set(rules)


def test_only_the_autoencoder_and_its_codes_are_cut_to_the_papers_numbers(paper):
    counts = {"cifar10": "25000", "celeba": "10000"}
    for job in paper[0]:
        name, dataset = job.rule.name, dict(job.wildcards.items()).get("dataset")
        command = " ".join(job.shellcmd.split()) if job.is_shell else ""
        if name == "encode_latents":
            assert (f"--count {counts.get(dataset)} " in command) == (dataset in counts)
        elif name == "decode_split" and job.wildcards.split == "train":
            assert (f"--first {counts.get(dataset)} " in command) == (dataset in counts)
        elif name == "train_autoencoder" and dataset in counts:
            assert f"training_images={counts[dataset]} " in command
        elif dataset in counts:
            assert "--first" not in command and "training_images" not in command
            assert "train_count" not in command


def test_every_job_runs_the_script_that_it_declares(paper):
    for job in paper[0]:
        command = job.rule.shellcmd.strip()
        command = command.replace("{params.launch}", "python")  # or torchrun
        assert command.startswith("python {input.code[0]:q} "), job.rule.name
        assert command.count(".py") == 0, "a script is named as an input, never in the command"
        assert job.shellcmd.split()[1] == job.input.code[0]
        assert re.fullmatch(r"scripts/[a-z]+_[a-z]+\.py", job.input.code[0])


def test_every_job_declares_all_that_its_script_imports(paper, fresh):
    for job in paper[0]:
        script = ROOT / job.input.code[0]
        needed = {str(path.relative_to(ROOT)) for path in sources(script)}
        assert needed <= set(job.input.code), job.rule.name


def test_what_a_registry_loads_is_declared_and_nothing_beside_it(paper):
    for job in paper[0]:
        if job.rule.name in ("extract_features", "extract_data_features"):
            assert "scripts/aeot/features/inception.py" in job.input.code
            assert "scripts/aeot/features/efficientnetlite0.py" not in job.input.code
        if job.rule.name == "prepare_dataset":
            source = job.wildcards.dataset.replace("plus", "")
            assert f"scripts/aeot/datasets/{source}.py" in job.input.code
            others = {"mnist", "fashionmnist", "cifar10", "celeba", "shapes"} - {source}
            assert not {f"scripts/aeot/datasets/{name}.py" for name in others} & set(job.input.code)


def test_figures_and_tables_stand_on_no_model(paper):
    for job in paper[0]:
        if job.rule.name.startswith(("plot_", "table_", "data_", "collect_")):
            assert not [name for name in job.input.code if "/models/" in name], job.rule.name


def test_every_rule_has_a_log_and_a_sentence_of_its_own(paper):
    rules = paper[1]
    sentences = collections.Counter(rule.docstring for rule in rules.values())
    assert max(sentences.values()) == 1
    for name, rule in rules.items():
        assert rule.docstring and rule.docstring.endswith("."), name
        assert len(rule.log) == 1 and name in str(rule.log[0]), name


def test_two_cases_of_one_source_share_its_download(paper):
    fetched = [job.wildcards.source for job in paper[0] if job.rule.name == "fetch_dataset"]
    assert sorted(fetched) == ["celeba", "cifar10", "fashionmnist", "mnist"]


@pytest.mark.parametrize("name", PRESETS, ids=str)
def test_every_preset_plans_without_a_network(fresh, dry_run, monkeypatch, name):
    def refuse(*_, **__):
        raise AssertionError("the parse opened a connection")

    monkeypatch.setattr("socket.socket.connect", refuse)
    with dry_run(fresh, *preset_path(fresh, name)) as workflow:
        rules = {job.rule.name for job in workflow.dag.needrun_jobs(exclude_finished=False)}
    assert {"all", "train_autoencoder", "solve_transport", "table_scores"} <= rules
    assert not (fresh / "results").exists()


def test_the_profile_is_found_and_the_command_lines_are_printed(fresh, snakemake):
    done = snakemake(fresh, "-n", "--cores", "2", "--configfile", "config/presets/smoke.yaml")
    assert done.returncode == 0, done.stderr
    assert "Using workflow specific profile profiles/default" in done.stderr
    assert "python scripts/train_autoencoder.py" in done.stdout + done.stderr


def test_the_plan_is_the_same_from_another_folder(fresh, snakemake, tmp_path):
    """`--directory` keeps results apart; the code is still the repository's."""
    done = snakemake(
        tmp_path, "-n", "--cores", "2", "--snakefile", str(fresh / "Snakefile"),
        "--directory", str(tmp_path), "--configfile", str(fresh / "config/presets/smoke.yaml"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"python {fresh / 'scripts' / 'train_autoencoder.py'}" in done.stdout + done.stderr


def test_the_linter_has_nothing_to_say(fresh, snakemake):
    done = snakemake(fresh, "--lint")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_rules_are_formatted():
    # It calls shfmt by name: both are beside this Python, whether its folder is on PATH or not.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = shutil.which("snakefmt", path=path)
    assert command, "snakefmt is not installed; `make setup` does it"
    done = subprocess.run(
        [command, "--check", "Snakefile", "workflow"],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
