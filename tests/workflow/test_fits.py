"""What is fitted once and loaded by others: who loads it, and which edits fit it again."""

import shlex
from pathlib import Path

import numpy as np
import pytest
import torch

from aeot.files import load_arrays, load_json, load_rows
from aeot.pointmodels.kde.model import Model as KdeModel
from aeot.pointmodels.kde.settings import Settings as KdeSettings

SMOKE = Path("config") / "presets" / "smoke.yaml"
# Samplers of a study of its own: what is swept of them, and whether one fit serves the sweep.
SWEEPS = {
    "aeflow": ({"setting": "noise", "values": [0.5, 1]}, True),
    "aekde": ({"setting": "bandwidth", "values": [0.1, 0.2]}, True),
    "aesmote": ({"setting": "neighbours", "values": [1, 2]}, True),
    "aeparzen": ({"setting": "spread", "values": [0.5, 1], "set": {"balance": 0}}, True),
    "aerandom": ({}, True),
    "aegmm": ({"setting": "components", "values": [[1], [2]]}, False),
    "aeotcodes": ({"setting": "codes", "values": [50, 100]}, False),
}
STUDY = {"methods": [*SWEEPS], "tables": ["frontier"], "sweep": {"draws": 2}}
METHODS = {"aegmm": {"set": {"components": [3]}}, "aeotcodes": {"set": {"codes": 120}}}


def sweeps(fresh, dry_run, over=None, methods=None):
    """Plan a study of all samplers: by method, the words of its sweep's command; and the fits."""
    over = {name: place for name, (place, _) in SWEEPS.items()} | (over or {})
    study = STUDY | {"sweep": STUDY["sweep"] | {"over": over}}
    edits = {"studies": {"mine": study}, "methods": METHODS | (methods or {})}
    with dry_run(fresh, fresh / SMOKE, edits=edits, targets=["mine"]) as workflow:
        jobs = [job for job in workflow.dag.needrun_jobs(exclude_finished=False) if job.is_shell]
        swept = {
            job.wildcards.method: shlex.split(job.shellcmd.replace("\\\n", " "))
            for job in jobs if job.rule.name == "sweep_codes"
        }  # fmt: skip
        fitted = [job.wildcards.method for job in jobs if job.rule.name == "fit_codes"]
    return swept, fitted


def option(words, name):
    """The word after an option; None where it is not there."""
    return words[words.index(name) + 1] if name in words else None


def test_a_sweep_loads_the_fit_where_it_concerns_drawing_alone(fresh, dry_run):
    swept, fitted = sweeps(fresh, dry_run)
    once = {name for name, (_, served) in SWEEPS.items() if served}
    assert sorted(fitted) == sorted(once)
    for name, words in swept.items():
        folder = f"results/shapes/{name}/seed0" if name in once else None
        assert option(words, "--fitted") == (folder and f"{folder}/fitted.pt")
        assert option(words, "--report") == (folder and f"{folder}/report.json")
        assert ("--codes" in words) == (name not in once)


def test_a_sweep_with_another_fit_than_the_methods_own_fits_it(fresh, dry_run):
    other = {"setting": "noise", "values": [0.5], "set": {"width": 16}}
    swept, fitted = sweeps(fresh, dry_run, over={"aeflow": other})
    assert "--codes" in swept["aeflow"] and "aeflow" not in fitted
    own = {"aeflow": {"set": {"width": 16}}}  # now it is the method's own
    swept, fitted = sweeps(fresh, dry_run, over={"aeflow": other}, methods=own)
    assert "--fitted" in swept["aeflow"] and "aeflow" in fitted


SCORES = {"sample_codes", "extract_features", "compute_fid", "collect_scores", "table_scores"}


@pytest.mark.parametrize(
    ("edits", "fitted", "sampled", "swept"),
    [
        # What concerns drawing alone.
        ({"methods": {"aekde": {"set": {"bandwidth": 0.3}}}}, set(), {"aekde"}, set()),
        ({"drawn_images": 250}, set(), {"aekde", "aeparzen", "glann"}, set()),
        (
            {"studies": {"geometry": {"sweep": {"over": {"aekde": {"values": [0.3]}}}}}},
            set(), set(), {"aekde"},
        ),
        # What makes the fit.
        ({"methods": {"aekde": {"set": {"held_out": 90}}}}, {"aekde"}, {"aekde"}, {"aekde"}),
        ({"methods": {"glann": {"set": {"epochs": 3}}}}, {"glann"}, {"glann"}, set()),
    ],
)  # fmt: skip
def test_an_edit_fits_anew_what_it_concerns_alone(finished, edits, fitted, sampled, swept):
    jobs = finished.jobs(edits, targets=["everything"])
    found = {
        name: {w["method"] for rule, w in jobs if rule == name}
        for name in ("fit_codes", "sample_codes", "sweep_codes")
    }
    # Of AE-OT's own samplers a sweep has the transport.
    found["sweep_codes"] -= {"aeot", "aeotchart"}
    assert found == {"fit_codes": fitted, "sample_codes": sampled, "sweep_codes": swept}
    assert not {"solve_transport", "train_autoencoder", "train_model", "fit_points"} & {
        rule for rule, _ in jobs
    }
    assert ({rule for rule, _ in jobs} >= SCORES) == bool(sampled)


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("scripts/sample_codes.py", {"sample_codes"}),
        ("scripts/sweep_codes.py", {"sweep_codes"}),
        ("scripts/map_cells.py", {"map_cells"}),
        ("scripts/fit_points.py",
         {"fit_codes", "fit_points", "sample_codes", "sweep_codes", "map_cells"}),
        ("scripts/aeot/pointmodels/loading.py",
         {"fit_codes", "fit_points", "sample_codes", "sweep_codes", "map_cells"}),
        ("scripts/aeot/pointmodels/kde/settings.py", {"fit_codes", "sample_codes", "sweep_codes"}),
        ("scripts/aeot/pointmodels/pacgan/model.py", {"fit_points"}),
    ],
)  # fmt: skip
def test_an_edit_of_a_file_fits_and_draws_what_stands_on_it(finished, name, rules):
    with finished.edited(name):
        found = set(finished.plan(targets=["everything"]))
    every = {"fit_codes", "fit_points", "sample_codes", "sweep_codes", "map_cells"}
    assert found & every == rules


def test_the_cells_are_those_of_the_fit(finished):
    cells = load_rows(finished.results / "figures" / "modes" / "ring" / "cells.csv")
    folder = finished.results / "ring"
    points = load_arrays(folder / "points" / "seed0.npz", "points")["points"]
    rows = load_arrays(folder / "aeot512" / "seed0" / "points.npz", "rows")["rows"][0]
    assert {float(cell["code_x"]) for cell in cells} == {float(x) for x in points[rows, 0]}


def test_what_was_swept_and_sampled_is_what_the_fit_draws(finished):
    folder = finished.results / "shapes" / "aekde" / "seed0"
    swept = finished.results / "geometry" / "shapes" / "aekde" / "seed0"
    model = KdeModel.load(folder / "fitted.pt", torch.device("cpu"))
    codes = load_arrays(swept / "codes.npz", "codes")["codes"]
    assert codes.shape[:3] == (1, 2, 200)
    place = KdeSettings(held_out=100, bandwidth=0.2, count=400)
    assert codes[0].reshape(400, -1).tobytes() == model.sample(place, 0).tobytes()
    own = model.sample(KdeSettings(held_out=100, count=300), 0)
    points = load_arrays(folder / "points.npz", "points")["points"]
    assert points.shape[:3] == (1, 1, 300) and np.array_equal(points[0], own)
    (seconds,) = {float(row["seconds"]) for row in load_rows(swept / "seconds.csv")}
    assert seconds == load_json(folder / "report.json")["seconds"]
