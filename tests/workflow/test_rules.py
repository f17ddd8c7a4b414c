"""The rules themselves: what each stands on, and the files that it is tidied by."""

import collections
import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from aeot import names
from aeot.charts import FIGURES
from aeot.provenance import code_hash, sources

ROOT = Path(__file__).resolve().parents[2]
PRESETS = [None, *sorted(path.stem for path in (ROOT / "config" / "presets").glob("*.yaml"))]
STUDIES = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())["studies"]


def preset_path(folder, name):
    return [folder / "config" / "presets" / f"{name}.yaml"] if name else []


@pytest.fixture(scope="module")
def paper(fresh, dry_run):
    """Every job of the largest preset, but of one seed, and the rules; nothing runs."""
    preset, edits = preset_path(fresh, "paper"), {"seeds": [0]}
    with dry_run(fresh, *preset, edits=edits, targets=["everything"]) as workflow:
        goals = {rule.name for rule in workflow.rules if not rule.shellcmd}
        assert goals == {"all", "everything", *STUDIES}
        bases = {rule.name for rule in workflow.rules if rule.shellcmd and not rule.output}
        assert bases == {"on_network", "on_all_cores"}  # other rules are made of them
        rules = {rule.name: rule for rule in workflow.rules if rule.name not in goals | bases}
        yield commands(workflow), rules


def commands(workflow):
    """The planned jobs that run a command, which targets such as a study do not."""
    return [job for job in workflow.dag.needrun_jobs(exclude_finished=False) if job.is_shell]


@pytest.mark.parametrize(("gpu", "asked"), [(True, 1), (False, 0)])
def test_jobs_ask_for_a_gpu_where_there_is_one(fresh, dry_run, gpu, asked):
    smoke = preset_path(fresh, "smoke")
    with dry_run(fresh, *smoke, edits={"gpu": gpu}, targets=["everything"]) as workflow:
        jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
        asks = [job for job in jobs if job.resources.get("gpu") is not None]
        rules = {rule.name: rule for rule in workflow.rules}
    assert {"train_autoencoder", "train_model", "extract_features"} <= {j.rule.name for j in asks}
    assert {job.resources["gpu"] for job in asks} == {asked}
    networks = ["train_model", "sample_model", "extract_features", "score_moments", "sample_codes"]
    # Without one, jobs of small networks run side by side.
    assert all(rules[name].resources["_cores"] == (8 if gpu else 1) for name in networks)
    assert rules["solve_transport"].resources["_cores"] == 8


def test_several_processes_share_a_training_and_a_solve(fresh, dry_run):
    edits = {"ranks": 3, "gpu": True}
    with dry_run(fresh, *preset_path(fresh, "smoke"), edits=edits) as workflow:
        jobs = commands(workflow)
        shared = {job.rule.name: job for job in jobs if "torch.distributed.run" in job.shellcmd}
    scripts = {"train_autoencoder": "train_model.py", "solve_transport": "solve_transport.py"}
    assert set(shared) == set(scripts)
    for name, job in shared.items():
        start = "-m torch.distributed.run --standalone --nproc-per-node=3"
        words = [sys.executable, *start.split(), f"scripts/{scripts[name]}"]
        assert shlex.split(job.shellcmd)[: len(words)] == words
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
    """But those of a figure that no shipped study lists."""
    jobs, rules = paper
    listed = {figure for study in STUDIES.values() for figure in study.get("figures", [])}
    unlisted = {f"{part}_{name}" for name in set(FIGURES) - listed for part in ("collect", "plot")}
    assert {job.rule.name for job in jobs} == set(rules) - unlisted


def test_only_the_autoencoder_and_its_codes_are_cut_to_the_papers_numbers(paper):
    counts = {"cifar10": "25000", "celeba": "10000"}
    for job in paper[0]:
        name, dataset = job.rule.name, dict(job.wildcards.items()).get("dataset")
        command = " ".join(job.shellcmd.split()) if job.is_shell else ""
        decodes = name == "decode_split" and job.wildcards.split == "train"
        if name == "encode_latents" or decodes:
            assert (f"--count {counts.get(dataset)} " in command) == (dataset in counts)
        elif name == "train_autoencoder" and dataset in counts:
            assert f"training_images={counts[dataset]} " in command
        elif dataset in counts:
            if name in ("decode_split", "reconstruct_images", "encode_model"):
                assert "--count" not in command
            assert "training_images" not in command and "train_count" not in command


def script_of(job):
    return next(word for word in job.params.command if word.endswith(".py"))


def modules_of(job):
    return tuple(entry.partition(":")[0] for entry in job.params.code[1:])


def test_every_job_runs_the_script_whose_code_it_stands_on(paper, fresh):
    digest = functools.cache(lambda script, modules: code_hash(ROOT / script, modules))
    for job in paper[0]:
        command = job.rule.shellcmd.strip()
        assert command == "{params.command:q} {params.arguments:q} 2>&1 | tee {log:q}"
        assert shlex.split(job.shellcmd)[:2] == [sys.executable, script_of(job)]
        assert re.fullmatch(r"scripts/[a-z]+_[a-z]+\.py", script_of(job))
        assert job.params.code[0] == digest(script_of(job), modules_of(job)), job.rule.name


# Parameters that no option passes on: what runs, and what a job stands on beside its options.
STANDS_ON = {
    "command", "code", "arguments", "ranks", "numbers", "seeds", "seed", "words", "pictures",
    "caption", "template",
}  # fmt: skip


def test_every_other_parameter_is_an_option_of_the_command(paper):
    """A rule made of another one would have its parameters, too, and be stale with them."""
    for job in paper[0]:
        words = set(shlex.split(job.shellcmd))
        given = {name for name, value in job.params.items() if value not in (None, False, [])}
        options = {f"--{name.strip('_').replace('_', '-')}" for name in given - STANDS_ON}
        assert options <= words, job.rule.name


def test_no_job_declares_code_as_its_input_or_says_where_it_lies(paper, fresh):
    for job in paper[0]:
        assert not [name for name in job.input if name.endswith(".py")], job.rule.name
        compared = [*map(str, job.non_derived_params), job.rule.shellcmd]
        assert not [text for text in compared if str(fresh) in text or "scripts/" in text]
        assert job.params.code in job.non_derived_params
        assert job.params.command not in job.non_derived_params


def test_what_a_registry_loads_is_declared_and_nothing_beside_it(paper):
    for job in paper[0]:
        if job.rule.name in ("extract_features", "extract_data_features"):
            module = f"aeot.features.{job.wildcards.extractor}"
            assert modules_of(job) == (module,)
        if job.rule.name == "prepare_dataset":
            source = job.wildcards.dataset.replace("plus", "").replace("triangles", "polygons")
            assert modules_of(job) == (f"aeot.datasets.{source}",)


def test_figures_and_tables_stand_on_no_model(paper):
    named = ("plot_", "table_", "collect_")
    codes = {(script_of(j), modules_of(j)) for j in paper[0] if j.rule.name.startswith(named)}
    assert len(codes) > 20
    for script, modules in codes:
        files = sources(ROOT / script, modules)
        assert not [path for path in files if "models" in path.parts], (script, modules)


def test_no_folder_of_the_workflow_is_free_as_a_name(paper):
    """Where a rule writes to a folder of its own beside those of names, the name is kept."""
    places = {
        ("results",): names.CASES,
        ("results", "{dataset}"): names.METHODS,
        ("results", "{mixture}"): names.METHODS,
    }
    found = collections.defaultdict(set)
    for rule in paper[1].values():
        for output in [*rule.output, *rule.log, *([rule.benchmark] if rule.benchmark else [])]:
            parts = re.sub(r"\{(\w+),[^}]*\}", r"{\1}", str(output)).split("/")
            for place in places:
                if tuple(parts[: len(place)]) == place and len(parts) > len(place) + 1:
                    found[place].add(parts[len(place)])
    for place, kept in places.items():
        own = {name for name in found[place] if "{" not in name}
        assert own and own <= set(kept), place


def test_every_rule_has_a_log_and_a_sentence_of_its_own(paper):
    rules = paper[1]
    # Rules of one loop have one sentence, and one place.
    written = {(rule.docstring, rule.snakefile, rule.lineno) for rule in rules.values()}
    sentences = collections.Counter(docstring for docstring, *_ in written)
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
    assert f"{sys.executable} scripts/train_model.py" in done.stdout + done.stderr


def test_the_plan_is_the_same_from_another_folder(fresh, snakemake, tmp_path):
    """`--directory` keeps results apart; the code is still the repository's."""
    done = snakemake(
        tmp_path, "-n", "--cores", "2", "--snakefile", str(fresh / "Snakefile"),
        "--directory", str(tmp_path), "--configfile", str(fresh / "config/presets/smoke.yaml"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    script = fresh / "scripts" / "train_model.py"
    assert f"{sys.executable} {script}" in done.stdout + done.stderr


def test_a_brace_in_the_place_of_the_checkout_is_one_sentence(fresh, snakemake, tmp_path):
    other = tmp_path / "a{seed}" / "aeot"
    shutil.copytree(fresh, other)
    done = snakemake(other, "-n", "--cores", "2")
    assert done.returncode == 1
    assert f"{other} contains a brace, which Snakemake interprets as" in done.stdout + done.stderr


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
