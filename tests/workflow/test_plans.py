"""What a target plans: every study its own files, and nothing twice."""

import collections
import re
import shlex
from pathlib import Path

import pytest
import yaml

from aeot.models import CODERS
from aeot.pointmodels import POINT_MODELS
from aeot.registry import resolve_part

ROOT = Path(__file__).resolve().parents[2]
STUDIES = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())["studies"]
SMOKE = Path("config") / "presets" / "smoke.yaml"


def commands(workflow):
    """The planned jobs that run a command, which targets such as a study do not."""
    return [job for job in workflow.dag.needrun_jobs(exclude_finished=False) if job.is_shell]


def targets_of(workflow, name):
    (goal,) = (job for job in workflow.dag.jobs if job.rule.name == name)
    return set(goal.input)


@pytest.fixture(scope="module")
def files_of(fresh, dry_run):
    """What each study of the smoke preset asks for."""
    with dry_run(fresh, SMOKE, targets=[*STUDIES]) as workflow:
        return {name: targets_of(workflow, name) for name in STUDIES}


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_is_a_target_of_its_tables_and_figures(files_of, study):
    files = {Path(file) for file in files_of[study]}
    tables = {file for file in files if file.parts[1] == "tables"}
    forms = ("csv", "md", "tex", "html")
    assert tables == {
        Path("results/tables", study, f"{table}.{form}")
        for table in STUDIES[study].get("tables", [])
        for form in forms
    }
    assert {file.stem for file in files - tables} == set(STUDIES[study]["figures"])
    assert all(file.parts[1] == "figures" for file in files - tables)


@pytest.mark.parametrize("studies", [["certificate", "modes"], []], ids=str)
def test_all_is_what_the_configuration_runs(fresh, dry_run, files_of, studies):
    with dry_run(fresh, SMOKE, edits={"run": studies}, targets=["all", "everything"]) as workflow:
        asked, everything = targets_of(workflow, "all"), targets_of(workflow, "everything")
    page = {"results/explore.html"}
    assert asked == page.union(*(files_of[name] for name in studies))
    assert everything == page.union(*files_of.values())


def test_the_snakefile_of_the_catalog_plans_what_the_top_one_plans(fresh, dry_run):
    plans, targets = [], []
    for snakefile in ("Snakefile", "workflow/Snakefile"):
        with dry_run(fresh, SMOKE, snakefile=snakefile) as workflow:
            (goal,) = workflow.dag.targetjobs
            targets.append(set(goal.input))
            plans.append(collections.Counter(job.shellcmd for job in commands(workflow)))
    assert targets[0] == targets[1]
    assert plans[0] == plans[1]
    assert len(plans[0]) > 20


# A study that is nothing but configuration, what it takes, and the jobs that make it.
SAMPLED = {"quick": {"sampler": "kde", "set": {"held_out": 100}}}
OWN_STUDIES = {
    "images": (
        {"methods": ["aeotvertex", "quick"], "tables": ["scores"], "figures": ["samples"]},
        {
            **dict.fromkeys(
                ("prepare_dataset", "train_autoencoder", "encode_latents", "solve_transport",
                 "sample_aeot", "fit_codes", "sample_codes", "collect_scores", "table_scores",
                 "collect_samples", "plot_samples"), 1,
            ),
            **dict.fromkeys(("extract_features", "extract_data_features"), 2),
            **dict.fromkeys(("compute_fid", "compute_kid", "compute_prd"), 3),  # and the floor
        },
    ),
    "models": (
        {"methods": ["vae", "nsgan"], "metrics": ["sharpness"], "tables": ["scores", "reruns"],
         "figures": ["budget"], "search": {"draws": 40}},
        {
            **dict.fromkeys(
                ("prepare_dataset", "collect_scores", "table_scores", "collect_draws",
                 "collect_reruns", "table_reruns", "collect_budget", "plot_budget"), 1,
            ),
            **dict.fromkeys(("train_model", "sample_model", "extract_features"), 2),
            **dict.fromkeys(("search_model", "rerun_model"), 2),  # one job for all draws
            "extract_data_features": 2,
            **dict.fromkeys(("compute_fid", "compute_kid", "compute_prd", "compute_sharpness"), 3),
        },
    ),
    "points": (
        {"datasets": ["grid", "ring"], "methods": ["gmm", "pacgan2"], "tables": ["modes"],
         "figures": ["scatter"]},
        {
            **dict.fromkeys(("draw_mixture", "collect_scatter", "plot_scatter"), 2),
            **dict.fromkeys(("fit_points", "compute_collapse"), 4),
            **dict.fromkeys(("collect_modes", "table_modes"), 1),
        },
    ),
    "sweep": (
        {"methods": ["aeotvertex", "quick"], "tables": ["frontier"], "figures": ["frontier"],
         "sweep": {"over": {"quick": {"setting": "bandwidth", "values": [0.1, 0.2]}}}},
        {
            **dict.fromkeys(
                ("prepare_dataset", "train_autoencoder", "encode_latents", "solve_transport",
                 "fit_codes", "extract_data_features", "collect_frontier", "table_frontier",
                 "plot_frontier"), 1,
            ),
            **dict.fromkeys(("decode_split", "extract_decoded_features", "sweep_codes"), 2),
            "score_frontier": 3,  # and the reconstructed test images
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", OWN_STUDIES)
def test_a_study_that_is_configuration_alone_plans_what_it_needs(fresh, dry_run, kind):
    study, wanted = OWN_STUDIES[kind]
    edits = {"methods": SAMPLED, "studies": {"mine": study}}
    with dry_run(fresh, SMOKE, edits=edits, targets=["mine"]) as workflow:
        jobs = commands(workflow)
    assert collections.Counter(job.rule.name for job in jobs) == wanted
    named = {job.wildcards_dict.get("method") for job in jobs}
    assert named - {None, "floor", "ae"} == {*study["methods"]}


def options(job):
    """What a job's command says but the places of its outputs and the threads: KEY to words."""
    words = shlex.split(job.shellcmd.replace("\\\n", " "))
    script = next(place for place, word in enumerate(words) if word.endswith(".py"))
    end = next(place for place, word in enumerate(words) if re.match("2?>", word))
    found, key = {"script": [words[script]]}, ""
    for word in words[script + 1 : end]:
        if word.startswith("--"):
            key = word[2:]
            found[key] = []
        else:
            found[key].append(word)
    return {k: v for k, v in found.items() if k != "threads" and not k.startswith("out-")}


def repeated(jobs, what):
    """Rules of jobs of which `what` says the same, where it says anything."""
    found = collections.defaultdict(list)
    for job in jobs:
        for said in what(job):
            found[repr(sorted(said.items()))].append(job.rule.name)
    return {tuple(sorted(rules)) for rules in found.values() if len(rules) > 1}


# Scripts that fit a registered model.
FITTING = {
    "train_model": CODERS,
    "fit_points": POINT_MODELS,
    "sweep_codes": POINT_MODELS,
}


def fits(job):
    """What a job fits: the model, what it is fitted on, its settings with their defaults, the seed.

    A sweep that is not given a fitted model fits its own at every value.
    """
    told = options(job)
    script = Path(told["script"][0]).stem
    if script not in FITTING or {"transport", "fitted"} & told.keys():
        return []
    (model,) = told["model"]
    kind = resolve_part(FITTING[script], model, "settings:Settings", "model")
    data = told.get("train") or told.get("points") or told["codes"]
    found = []
    for place in [[f"{told['over'][0]}={value}"] for value in told.get("values", [])] or [[]]:
        drawing = getattr(kind, "DRAWING", set())
        settings = kind.from_items([*told.get("set", []), *place]).model_dump(exclude=drawing)
        settings = {k: float(v) if isinstance(v, int) else v for k, v in settings.items()}
        found.append({"model": model, "on": data, "seed": told["seed"], "settings": settings})
    return found


# Where the same is made twice, and why.
ALIKE = {
    # Both encode and decode the test images: one as the method AE, one with the codes.
    ("decode_split", "reconstruct_images"),
    # Encoding takes seconds; the training images are decoded for the geometry of the codes only.
    ("decode_split", "encode_latents"),
}


# The default has three cases of the same digits, with other autoencoders; the smoke preset has two
# studies with a sweep on the same shapes, and the test images end every frontier.
CASES, ENDS = {("prepare_dataset",) * 3}, {("score_frontier",) * 2}


@pytest.mark.parametrize(("presets", "more"), [([], CASES), ([SMOKE], ENDS)], ids=str)
def test_no_two_jobs_run_the_same_command(fresh, dry_run, presets, more):
    with dry_run(fresh, *presets, targets=["everything"]) as workflow:
        jobs = commands(workflow)
        assert len({repr(sorted(options(job).items())) for job in jobs}) > 150
        assert repeated(jobs, lambda job: [options(job)]) == ALIKE | more


@pytest.mark.parametrize("presets", [[], [SMOKE]], ids=["default", "smoke"])
def test_nothing_is_fitted_twice(fresh, dry_run, presets):
    with dry_run(fresh, *presets, targets=["everything"]) as workflow:
        jobs = commands(workflow)
        assert sum(len(fits(job)) for job in jobs) > 10
        assert repeated(jobs, fits) == set()
