"""A wrong configuration stops `snakemake -n` with a sentence that names the key."""

import collections
import os
import shutil

import numpy as np
import PIL.Image
import pytest
import yaml
from snakemake.exceptions import MissingRuleException, WorkflowError


@pytest.fixture
def preset(fresh, tmp_path):
    """Write a file of settings to lay over the default; returns its path."""

    def write(**values):
        path = tmp_path / "mine.yaml"
        path.write_text(yaml.safe_dump(values))
        return path

    return write


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"transport": {"tolerence": 0.1}}, ["transport.tolerence", "known here:", "tolerance"]),
        ({"autoencoder": {"epochs": "many"}}, ["autoencoder.epochs", "integer", "'many'"]),
        (
            {"metric_settings": {"prd": {"clusters": 1}}},
            ["metric_settings.prd.clusters", "greater than or equal to 2", "1"],
        ),
        ({"datasets": ["mnits"]}, ["datasets", "'mnits'", "known:", "mnist5k"]),
        (
            {"studies": {"main": {"methods": ["aeto"]}}},
            ["studies.main.methods", "'aeto'", "known:", "aeotvertex"],
        ),
        ({"run": ["mine"]}, ["run", "'mine'", "known:", "main"]),
        ({"models": ["aeot"]}, ["models is now studies.main.methods"]),
        ({"extractors": ["vgg"]}, ["extractors", "'vgg'", "inception"]),
        ({"figures": {"prd": {"dpi": "fine"}}}, ["figures.prd.dpi", "'fine'"]),
        ({"plots": {}}, ["plots is not a known key", "figures"]),
    ],
    ids=str,
)
def test_the_parse_stops_and_names_the_key(fresh, preset, dry_run, values, parts):
    with pytest.raises(WorkflowError) as caught, dry_run(fresh, preset(**values)):
        pass
    text = str(caught.value)
    assert "The configuration is wrong." in text
    for part in parts:
        assert part in text


def test_a_typo_is_one_sentence_on_the_terminal(fresh, preset, snakemake):
    path = preset(transport={"tolerence": 0.1})
    done = snakemake(fresh, "-n", "--cores", "1", "--configfile", str(path))
    assert done.returncode == 1
    text = done.stdout + done.stderr
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if "tolerence" in line]
    assert lines == [
        "The configuration is wrong. transport.tolerence is not a known key; "
        "known here: confidence, samples_per_code, source, tolerance."
    ]


def test_a_folder_that_is_not_there_is_named(fresh, preset, snakemake):
    settings = {"imagefolder": {"data": {"folder": "/no/such/pictures"}}}
    path = preset(datasets=["imagefolder"], dataset_settings=settings)
    done = snakemake(fresh, "-n", "--cores", "1", "--configfile", str(path))
    assert done.returncode == 1
    text = done.stdout + done.stderr
    assert "/no/such/pictures is not a folder" in text
    assert "Traceback" not in text


@pytest.fixture
def few(preset, tmp_path):
    """The README's recipe over 60 pictures (by name only: nothing reads them while planning)."""
    (tmp_path / "few").mkdir()
    for number in range(60):
        (tmp_path / "few" / f"{number}.jpg").write_bytes(b"%d" % number)

    def write(size=64):
        data = {"folder": str(tmp_path / "few"), "size": size, "test_fraction": 0.5}
        cats = {"source": "imagefolder", "data": data}
        return preset(datasets=["cats"], dataset_settings={"cats": cats})

    return write


def test_few_pictures_are_scored_by_what_there_is(fresh, few, dry_run):
    with dry_run(fresh, few(), targets=["all"]) as workflow:
        counts = collections.defaultdict(set)
        for job in workflow.dag.jobs:
            if job.rule.name.startswith("extract_"):
                counts[job.rule.name].add(job.params.count_)
    # Samples are compared with all training images.
    assert counts.pop("extract_training_features") == {None}
    assert counts.keys() == {"extract_data_features", "extract_features"}
    assert set.union(*counts.values()) == {30}


@pytest.mark.parametrize(
    ("target", "keys"),
    [
        ("geometry", ["studies.geometry.sweep.over.aeotcodes.values", "over.aegmm.values"]),
        ("autoencoders", ["metric_settings.convexity.pairs", "methods.aekde.set.held_out"]),
    ],
)
def test_a_study_that_few_pictures_cannot_feed_stops_at_planning(fresh, few, dry_run, target, keys):
    with pytest.raises(WorkflowError) as caught, dry_run(fresh, few(), targets=[target]):
        pass
    for key in keys:
        assert key in str(caught.value.__cause__ or caught.value)


def test_a_size_that_the_networks_cannot_halve_is_named(fresh, few, dry_run):
    with pytest.raises(WorkflowError) as caught, dry_run(fresh, few(size=50)):
        pass
    assert "dataset_settings.cats.data.size: images of 50 x 50 pixels" in str(caught.value)


@pytest.mark.parametrize(
    "target",
    [
        "results/nope/data/train.npz",
        "results/shapes/nope/seed0/samples.npz",
        "results/shapes/aeot/seedx/samples.npz",
        "results/shapes/aeot/seed0/nope/fid.csv",
        "results/shapes/data/valid.npz",
        "results/nope/scores.csv",
        "results/tables/nope/scores.md",
        "results/tables/main/nope.md",
        "results/geometry/shapes/aegmm/seed0/codes.npz",
        "nope",
        "results/raw/nope/files.json",
    ],
)
def test_a_target_of_no_such_name_has_no_rule(fresh, dry_run, target):
    smoke = fresh / "config" / "presets" / "smoke.yaml"
    with pytest.raises(MissingRuleException, match=target), dry_run(fresh, smoke, targets=[target]):
        pass


def test_a_new_picture_in_a_folder_makes_the_images_stale(fresh, preset, dry_run, tmp_path):
    """The rule's parameter follows what the folder holds."""

    def state():
        settings = {"imagefolder": {"data": {"folder": str(tmp_path / "pictures")}}}
        path = preset(datasets=["imagefolder"], dataset_settings=settings)
        with dry_run(fresh, path) as workflow:
            jobs = list(workflow.dag.needrun_jobs(exclude_finished=False))
        return next(job.params.pictures for job in jobs if job.rule.name == "prepare_dataset")

    (tmp_path / "pictures").mkdir()
    for number in range(100):
        (tmp_path / "pictures" / f"a{number}.png").write_bytes(b"%d" % number)
    before = state()
    assert len(before) == 64 and state() == before
    (tmp_path / "pictures" / "b.png").write_bytes(b"two")
    assert state() != before


def test_a_link_to_nothing_is_one_sentence(fresh, preset, snakemake, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "z.jpg").symlink_to("/gone")
    settings = {"imagefolder": {"data": {"folder": str(tmp_path / "pictures")}}}
    path = preset(datasets=["imagefolder"], dataset_settings=settings)
    done = snakemake(fresh, "-n", "--cores", "1", "--configfile", str(path))
    assert done.returncode == 1
    text = done.stdout + done.stderr
    assert "z.jpg is a link to /gone, which cannot be read" in text
    assert "Traceback" not in text


def test_pictures_that_are_touched_or_moved_make_nothing_stale(fresh, preset, snakemake, tmp_path):
    """Contents decide, and not where the pictures lie or when they were written."""
    target = "results/imagefolder/data/train.npz"

    def run(folder, *options):
        data = {"folder": str(folder), "size": 8, "test_fraction": 0.5}
        settings = {"imagefolder": {"data": data}}
        path = preset(
            datasets=["imagefolder"],
            dataset_settings=settings,
            metric_settings={"prd": {"clusters": 6}},
        )
        done = snakemake(
            fresh, target, *options, "--cores", "1", "--configfile", str(path),
            "--directory", str(tmp_path / "run"),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    first = tmp_path / "first"
    first.mkdir()
    for number in range(8):
        pixels = np.random.default_rng(number).integers(0, 256, (8, 8), np.uint8)
        PIL.Image.fromarray(pixels).save(first / f"{number}.png")
    run(first)
    for path in first.iterdir():
        os.utime(path, ns=(0, 10**18))
    assert "Nothing to be done" in run(first, "-n")
    shutil.copytree(first, tmp_path / "second")
    assert "Nothing to be done" in run(tmp_path / "second", "-n")
    (tmp_path / "second" / "3.png").unlink()
    assert "prepare_dataset" in run(tmp_path / "second", "-n")
