"""What an edit makes run again, and what it leaves alone; planned on a finished run."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest

SCORING = {"compute_fid", "compute_kid", "compute_prd", "compute_copying"}
AFTER_SCORES = {"collect_scores", "table_scores", "write_explorer"}
AFTER_CURVES = {"collect_prd", "plot_prd"}
NEIGHBOURS = {"collect_neighbours", "plot_neighbours"}
SEGMENTS = {"trace_segments", "plot_segments"}
AFTER_FEATURES = {"extract_features", *SCORING, *AFTER_SCORES, *AFTER_CURVES, *NEIGHBOURS}
AFTER_SAMPLES = {*AFTER_FEATURES, "collect_samples", "plot_samples"}  # fmt: skip
AFTER_SOLVING = {
    "sample_aeot", *AFTER_SAMPLES, *SEGMENTS, "collect_transport", "plot_transport",
}  # fmt: skip
AFTER_TRAINING = {
    "reconstruct_images", "encode_latents", "solve_transport", *AFTER_SOLVING,
    "table_losses", "collect_training", "plot_training",
}  # fmt: skip
TRAINING = {"train_autoencoder", *AFTER_TRAINING}
SOLVING = {"solve_transport", *AFTER_SOLVING}
# The study of AE-OT on mixtures, which every run has.
MODES = {
    "fit_points", "compute_collapse", "collect_modes", "table_modes", "map_cells", "plot_cells",
    "write_explorer",
}  # fmt: skip
PLOTS = {"plot_samples", "plot_training", "plot_transport", "plot_prd", "plot_cells"}
PLOTS |= {"plot_neighbours", "plot_segments"}
DATA_FEATURES = {"extract_data_features", "extract_training_features"}
EVERYTHING = {"prepare_dataset", *DATA_FEATURES, *TRAINING}


def test_a_finished_run_has_nothing_to_do(finished):
    """Neither in what every run has nor in any study."""
    assert finished.plan(targets=["all", "everything"]) == Counter()


@pytest.mark.parametrize(
    ("edits", "rules"),
    [
        # Figures: how one looks is its own affair; what it shows, its list's too.
        ({"figures": {"samples": {"dpi": 90}}}, {"plot_samples"}),
        ({"figures": {"samples": {"rows": 3}}}, {"collect_samples", "plot_samples"}),
        ({"figures": {"training": {"dpi": 90}}}, {"plot_training"}),
        ({"figures": {"transport": {"dpi": 90}}}, {"plot_transport"}),
        ({"figures": {"prd": {"dpi": 90}}}, {"plot_prd"}),
        # Scores.
        (
            {"metric_settings": {"prd": {"clusters": 10}}},
            {"compute_prd", *AFTER_SCORES, *AFTER_CURVES},
        ),
        (
            {"extractor_settings": {"efficientnetlite0": {"size": 40}}},
            DATA_FEATURES | AFTER_FEATURES,
        ),
        (
            {"scored_images": 150},
            {"extract_data_features"} | AFTER_FEATURES,
        ),
        # Sampling, transport, training, data.
        (
            {"methods": {"aeot": {"set": {"threshold_quantile": 0.6}}}},
            {"sample_aeot"} | AFTER_SAMPLES,
        ),
        (
            {"dataset_settings": {"shapes": {"methods": {"aeot": {"threshold_quantile": 0.6}}}}},
            {"sample_aeot"} | AFTER_SAMPLES,
        ),
        ({"drawn_images": 250}, {"sample_aeot"} | AFTER_SAMPLES),
        ({"transport": {"tolerance": 0.2}}, SOLVING),
        ({"dataset_settings": {"shapes": {"transport": {"tolerance": 0.2}}}}, SOLVING),
        ({"autoencoder": {"epochs": 13}}, TRAINING),
        ({"autoencoder": {"training_images": 300}}, TRAINING),
        ({"ranks": 2}, TRAINING),
        ({"dataset_settings": {"shapes": {"data": {"train_count": 399}}}}, EVERYTHING),
        # The mixtures of the study of modes.
        ({"mixtures": {"points": 2001}}, {"draw_mixture"} | MODES),
        ({"mixtures": {"trials": 3}}, MODES),
        ({"methods": {"aeot512": {"set": {"threshold": 0.3}}}}, MODES),
    ],
)
def test_an_edit_of_the_configuration_reruns(finished, edits, rules):
    assert set(finished.plan(edits)) == rules


# What no job of the run reads.
UNREAD = [
    {"mixtures": {"steps": 21}},  # no GAN is listed
    {"training": {"steps": 25, "snapshot_images": 50, "hyperparameters": "published"}},
    {"dataset_settings": {"mnist": {"data": {"train_count": 7}}}},
    {"dataset_settings": {"mnist": {"autoencoder": {"epochs": 7}}}},
    {"extractor_settings": {"inception": {"batch_size": 7}}},
    {"methods": {"aeotcentres": {"set": {"threshold": 0.7}}}},
    {"methods": {"unlisted": {"sampler": "transport"}}},
    {"studies": {"unlisted": {"methods": ["ae"], "tables": ["scores"]}}},
    {"metric_settings": {"convexity": {"pairs": 30}}},
    {"inversion": {"steps": 7}},
    {"sources": {"mnist": {"root": "/somewhere"}}},
    # The same value, written or typed in another way.
    {"dataset_settings": {"shapes": {"transport": {"tolerance": 0.15}}}},
    {"autoencoder": {"learning_rate": "1e-3"}},
]


def test_what_no_job_reads_reruns_nothing(finished):
    assert finished.stale_by(UNREAD) == []


def test_a_new_tolerance_solves_once_and_samples_each_sampler(finished):
    plan = finished.plan({"transport": {"tolerance": 0.2}})
    # The reconstructions (model ae) and the floor stand on no transport.
    assert plan["solve_transport"] == 1
    assert {plan[rule] for rule in ("sample_aeot", "extract_features", *SCORING)} == {2}


def test_a_samplers_setting_resamples_that_model_only(finished):
    jobs = finished.jobs({"methods": {"aeot": {"set": {"threshold_quantile": 0.6}}}})
    assert {wildcards["method"] for _, wildcards in jobs if "method" in wildcards} == {"aeot"}
    assert len([rule for rule, _ in jobs if rule == "sample_aeot"]) == 1


def test_a_new_seed_runs_its_own_chain_and_what_gathers_seeds(finished):
    jobs = finished.jobs({"seeds": [0, 1]})
    assert {wildcards["seed"] for _, wildcards in jobs if "seed" in wildcards} == {"1"}
    gathering = {rule for rule, wildcards in jobs if "seed" not in wildcards}
    assert gathering == {
        "collect_scores", "table_scores", "table_losses", "collect_training", "plot_training",
        "collect_transport", "plot_transport", "collect_prd", "plot_prd",
        "collect_modes", "table_modes", "write_explorer",
    }  # fmt: skip
    plan = Counter(rule for rule, _ in jobs)
    assert plan["train_autoencoder"] == plan["solve_transport"] == 1
    assert plan["compute_fid"] == 4  # three models and the floor


def test_a_new_row_samples_itself_and_goes_into_tables_and_figures(finished):
    jobs = finished.jobs(
        {
            "studies": {"main": {"methods": ["ae", "aeot", "aeotvertex", "sharp"]}},
            "methods": {"sharp": {"sampler": "transport", "set": {"threshold_quantile": 0.1}}},
        }
    )
    assert {wildcards["method"] for _, wildcards in jobs if "method" in wildcards} == {"sharp"}
    assert {rule for rule, _ in jobs} == {"sample_aeot", *AFTER_SAMPLES}


def test_a_row_less_gathers_anew_and_computes_nothing(finished):
    plan = finished.plan({"studies": {"main": {"methods": ["ae", "aeot"]}}})
    shown = {"collect_samples", "plot_samples", *NEIGHBOURS}
    assert set(plan) == {*AFTER_SCORES, *AFTER_CURVES, *shown}


def test_a_study_of_methods_that_have_run_gathers_and_computes_nothing(finished):
    """Nor does it draw what it has in common with another study again."""
    study = {"methods": ["aeotvertex", "vae"], "tables": ["losses", "scores"]}
    study["figures"] = ["samples", "training", "transport"]
    plan = finished.plan({"studies": {"mine": study}}, targets=["mine"])
    once = ("collect_scores", "table_scores", "table_losses", "collect_samples", "plot_samples")
    assert plan == Counter(once)


def test_a_second_case_of_a_data_set_leaves_the_first_alone(finished):
    jobs = finished.jobs(
        {
            "datasets": ["shapes", "fewer"],
            "dataset_settings": {
                "fewer": {"source": "shapes", "data": {"train_count": 100, "size": 16}}
            },
        }
    )
    assert {wildcards["dataset"] for _, wildcards in jobs if "dataset" in wildcards} == {"fewer"}
    assert {rule for rule, wildcards in jobs if "dataset" not in wildcards} == {
        "collect_scores", "table_scores", "table_losses", "write_explorer",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/plot_figure.py", PLOTS),
        ("scripts/aeot/charts/prd.py", {"collect_prd", "plot_prd"}),
        ("scripts/aeot/metrics/kid.py", {"compute_kid", *AFTER_SCORES}),
        ("scripts/aeot/tables/losses.py", {"table_losses"}),
        ("scripts/aeot/explorer/segments.py", {"write_explorer"}),
        ("scripts/aeot/explorer/page.js", {"write_explorer"}),
        ("scripts/sample_aeot.py", {"sample_aeot"} | AFTER_SAMPLES),
        ("scripts/aeot/models/aeot/extension.py", {"sample_aeot"} | AFTER_SAMPLES | MODES),
        ("scripts/solve_transport.py", SOLVING),
        ("scripts/aeot/transport/newton.py", SOLVING | MODES),
        ("scripts/aeot/models/autoencoder/training.py", TRAINING),
        (
            "scripts/aeot/features/efficientnetlite0.py",
            DATA_FEATURES | AFTER_FEATURES,
        ),
        ("scripts/aeot/datasets/shapes.py", EVERYTHING),
        ("scripts/aeot/mixtures/ring.py", {"draw_mixture"} | MODES),
        (
            "config/published.csv",
            {
                "table_losses",
                "table_scores",
                "table_modes",
                "collect_training",
                "plot_training",
                "write_explorer",
            },
        ),
    ],
)
def test_an_edit_of_a_file_reruns(finished, name, rules):
    with finished.edited(name):
        assert set(finished.plan()) == rules


# Files that no job of the run stands on.
UNUSED = [
    "scripts/aeot/datasets/mnist.py",
    "scripts/aeot/features/inception.py",
    "scripts/aeot/datasets/__init__.py",
    "scripts/aeot/features/__init__.py",
    "scripts/aeot/metrics/__init__.py",
    "scripts/aeot/config.py",
    "scripts/aeot/methods.py",
    "scripts/aeot/studies.py",
    "scripts/fetch_dataset.py",
    "workflow/rules/common.smk",
    "workflow/report/figure.rst",
    "config/config.yaml",
    "envs/aeot.yaml",
]


def test_a_file_that_no_job_stands_on_reruns_nothing(finished):
    assert finished.stale_by(UNUSED, targets=["everything"]) == []


def test_an_edit_that_is_taken_back_leaves_nothing_to_do(finished):
    with finished.edited("scripts/aeot/metrics/kid.py"):
        assert "compute_kid" in finished.plan()
    assert finished.plan() == Counter()


def test_one_edit_among_many_is_named(finished):
    """What the tests of edits that rerun nothing stand on."""
    edits = [{"inversion": {"steps": 7}}, {"figures": {"prd": {"dpi": 90}}}]
    names = ["scripts/aeot/metrics/kid.py", "scripts/fetch_dataset.py"]
    assert finished.stale_by([*edits, *names]) == [edits[1], names[0]]


def test_comments_docstrings_and_formatting_rerun_nothing(finished):
    """In every file of Python at once."""
    files = sorted((finished.folder / "scripts").rglob("*.py"))
    assert len(files) > 200
    kept = {path: path.read_text(encoding="utf-8") for path in files}
    changed = 0
    try:
        for path, text in kept.items():
            path.write_text(f"# a comment\n{text}", encoding="utf-8")
        narrow = ["ruff", "format", "--quiet", "--line-length=60", "--no-cache", "scripts"]
        subprocess.run([sys.executable, "-m", *narrow], cwd=finished.folder, check=True, timeout=60)
        for path in files:
            text = path.read_text(encoding="utf-8")
            changed += len(text.splitlines()) > len(kept[path].splitlines()) + 1
            text = re.sub(r'^( *)"""', r'\1"""Other words. ', text, count=1, flags=re.MULTILINE)
            path.write_text(text, encoding="utf-8")
        assert changed > 100
        assert finished.plan(targets=["everything"]) == Counter()
    finally:
        for path, text in kept.items():
            path.write_text(text, encoding="utf-8")


def test_another_checkout_reruns_nothing(finished, fresh, snakemake, tmp_path):
    """The results were made in the checkout itself; the same code lies elsewhere, too."""
    other = tmp_path / "moved"
    shutil.copytree(fresh, other)
    words = [
        "--snakefile", str(other / "Snakefile"), "--directory", str(finished.folder),
        "--configfile", str(other / "config" / "presets" / "smoke.yaml"),
    ]  # fmt: skip
    done = snakemake(tmp_path, "everything", "-n", "--cores", "2", *words)
    assert done.returncode == 0, done.stderr
    assert "Nothing to be done" in done.stdout + done.stderr
    kid = other / "scripts" / "aeot" / "metrics" / "kid.py"
    kid.write_text(kid.read_text(encoding="utf-8") + "\nCHANGED = True\n", encoding="utf-8")
    done = snakemake(tmp_path, "all", "-n", "--cores", "2", *words)
    assert "compute_kid" in done.stdout and "compute_fid" not in done.stdout


def test_a_constant_reruns_what_stands_on_it_alone(finished):
    with finished.edited("scripts/aeot/metrics/kid.py", "TILE = 2048", "TILE = 1024"):
        assert set(finished.plan()) == {"compute_kid", *AFTER_SCORES}


def test_a_new_entry_of_a_registry_makes_nothing_stale(finished):
    line = '    "mnist": "aeot.datasets.mnist:Mnist",\n'
    more = '    "letters": "aeot.datasets.mnist:Mnist",\n'
    with finished.edited("scripts/aeot/datasets/__init__.py", line, line + more):
        assert finished.plan() == Counter()


def test_an_import_that_is_new_counts_from_now_on(finished):
    """The closure is read again: a script that starts to use a module becomes stale with it."""
    with finished.edited(
        "scripts/plot_figure.py", "from aeot import cli", "from aeot import cli, nets"
    ):
        assert set(finished.plan()) == PLOTS


def test_touching_files_reruns_nothing(finished):
    files = [path for path in finished.folder.rglob("*") if path.is_file()]
    kept = {path: path.stat() for path in files}
    inputs = [path for path in files if path.suffix in {".py", ".npz", ".pt", ".csv"}]
    assert {"train.npz", "autoencoder.pt", "codes.npz", "transport.npz", "kid.py"} <= {
        path.name for path in inputs
    }
    try:
        for path in inputs:
            later = kept[path].st_mtime_ns + 3600 * 10**9
            os.utime(path, ns=(later, later))
        assert finished.plan() == Counter()
    finally:
        for path, status in kept.items():
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_result_that_is_lost_is_made_again_with_what_follows(finished):
    (lost,) = (finished.results / "figures" / "main").rglob("prd.png")
    content, status = lost.read_bytes(), lost.stat()
    try:
        lost.unlink()
        assert finished.plan() == Counter(plot_prd=1)
    finally:
        lost.write_bytes(content)
        os.utime(lost, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_result_that_was_changed_by_hand_is_noticed(finished):
    """An input's content counts, whoever wrote it."""
    rows = finished.results / "figures" / "shapes" / "training.csv"
    content, status = rows.read_text(), rows.stat()
    try:
        rows.write_text(content + "\n")
        assert "plot_training" in finished.plan()
    finally:
        rows.write_text(content)
        os.utime(rows, ns=(status.st_atime_ns, status.st_mtime_ns))
