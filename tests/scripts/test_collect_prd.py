"""Precision-recall curves, from the workflow's paths to one CSV."""

from pathlib import Path

import pytest

import collect_rows
from aeot.errors import InputError
from aeot.files import load_rows

ROOT = Path(__file__).parents[2]


def scored(folder, model, seed, f8):
    path = folder / "results" / "mnist" / model / f"seed{seed}" / "inception"
    path.mkdir(parents=True)
    (path / "prd_curve.csv").write_text("angle,precision,recall\n0.1,0.05,0.5\n1.5,0.9,0.06\n")
    (path / "prd.csv").write_text(f"metric,value,n_real,n_fake\nf8,{f8},50,50\nf1_8,0.25,50,50\n")
    return path


def arguments(folder, paths, scores=None):
    return ["--collection", "prd",
            "--files", *(f"prd_curves={path / 'prd_curve.csv'}" for path in paths),
            *(f"prd_scores={path / 'prd.csv'}" for path in scores or paths),
            "--out-rows", str(folder / "prd.csv")]  # fmt: skip


def test_models_are_averaged_over_their_own_seeds(tmp_path):
    paths = [scored(tmp_path, "aeot", 0, 0.5), scored(tmp_path, "ae", 0, 0.9),
             scored(tmp_path, "aeot", 1, 0.7)]  # fmt: skip
    collect_rows.main(arguments(tmp_path, paths, scores=paths[::-1]))
    rows = load_rows(tmp_path / "prd.csv", "model", "angle", "f8", "f1_8", "seeds")
    found = [(row["model"], float(row["f8"]), row["seeds"]) for row in rows[::2]]
    assert found == [("ae", 0.9, "1"), ("aeot", pytest.approx(0.6), "2")]
    assert {row["f1_8"] for row in rows} == {"0.25"}


def test_a_curve_without_its_scores_is_named(tmp_path):
    paths = [scored(tmp_path, "aeot", 0, 0.5), scored(tmp_path, "ae", 0, 0.9)]
    with pytest.raises(InputError, match=r"no prd.csv for model ae, seed 0"):
        collect_rows.main(arguments(tmp_path, paths, scores=paths[:1]))
