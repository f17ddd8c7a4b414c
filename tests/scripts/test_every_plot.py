"""Every figure from its tidy rows: the same bytes twice, no torch, one sentence for a fault."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import collect_rows
import plot_figure
from aeot.charts import FIGURES
from aeot.errors import InputError
from aeot.registry import resolve

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
# Without torch, run a script for every line of words that comes in, as `python SCRIPT WORDS` does
# but for the end of the process.
NO_TORCH = """
import json, runpy, sys
sys.modules["torch"] = None
script = sys.argv[1]
sys.path.insert(0, script.rpartition("/")[0])
from aeot import cli
cli.run = cli.guarded
for line in sys.stdin:
    sys.argv[:] = [script, *json.loads(line)]
    runpy.run_path(script, run_name="__main__")
"""
IMAGES = np.random.default_rng(0).integers(0, 255, (2, 3, 8, 8), dtype=np.uint8)
# Scores of a study: two methods on three seeds, which do not always come in the same order.
SCORES = """\
dataset,source,model,seed,extractor,metric,value,n_real,n_fake
""" + "".join(
    f"grey,mnist,{model},{seed},inception,{metric},{value},100,100\n"
    for seed in range(3)
    for model, value in (("aeot", 12.5 + seed), ("aekde", 15.5 - seed))
    for metric in ("frechet_distance", "f8", "f1_8")
)
# A few rows of each figure; of one that draws, or makes its rows of, the scores, the progress, the
# modes or the frontier of a study, they follow.
ROWS = {
    "certificate": """\
model,mass_error,fd,f8,novelty
vertex,0.5,90,0.9,0
extended,0.5,95,0.8,0.4
ae,,40,0.97,0.7
""",
    "cells": """\
x,y,cell,singular,code_x,code_y
0.25,0.25,0,0,-1,0
0.75,0.25,1,0,1,0
0.25,0.75,0,1,-1,0
0.75,0.75,2,0,1,2
""",
    "collapse": """\
mixture,row,seed,step,seconds,moment,trial,metric,value,n
grid,aeot,0,1,2.5,0,0,modes,25.0,2500
grid,gan,0,10,1.5,0,0,modes,1.0,2500
grid,gan,0,20,3.5,1,0,modes,7.0,2500
grid,gan,0,20,3.5,1,0,reverse_kl,,2500
""",
    "frontier": """\
dataset,curve,seed,extractor,place,value,draw,seconds,frechet_distance,novelty_codes,\
novelty_features,authenticity,test_recall,n_real,n_fake
grey,ae,0,inception,0,,0,,40,1,1,0.5,0.9,100,100
grey,aeot,0,inception,0,0.5,0,7,90,0.2,0.4,0.1,0.8,100,100
grey,aeot,0,inception,0,0.5,1,7,92,0.2,0.4,0.1,0.8,100,100
grey,aeot,0,inception,1,1,0,7,95,0.3,0.5,0.1,0.8,100,100
grey,aekde,0,inception,0,0.1,0,3,93,0.2,0.3,0.1,0.8,100,100
""",
    "evaluations": """\
dataset,curve,seed,extractor,evaluations,draw,frechet_distance,novelty_codes,novelty_features,\
authenticity,test_recall,n_real,n_fake,straightness,cost,pair_cost,steps,seconds,solve_seconds,\
mass_error
grey,aeflow,0,inception,1,0,90,0.9,0.9,0.8,0.7,100,100,0.5,1.5,2,300,7,0,
grey,aeflow,0,inception,4,0,40,0.8,0.9,0.7,0.7,100,100,0.5,1.5,2,300,7,0,
grey,aeflow,1,inception,1,0,92,0.9,0.9,0.8,0.7,100,100,0.4,1.5,2,300,7,0,
grey,aegmm,0,inception,1,0,50,0.9,0.9,0.8,0.7,100,100,0.1,1.4,1.5,200,7,2,0.09
""",
    "dropped": """\
classes,draw,frechet_distance,n
1,0,90.5,100
1,1,80.5,100
2,0,30.5,100
""",
    "extractors": """\
model,x,y,x_distance,y_distance,correlation,flipped,pairs
floor,flat,inception,2.5,12.5,-1,1,1
aeot,flat,inception,3.5,15.5,-1,1,1
aekde,flat,inception,4.5,14.5,-1,1,1
""",
    "budget": """\
model,budget,mean,sd,low,high,failed,draws,n_fake
aeot,,250,0,250,250,0,1,250
vae,1,500,50,300,700,0,2,250
vae,2,400,20,300,500,0.1,2,250
began,1,,,,,1,2,250
began,2,,,,,1,2,250
""",
    "f1budget": """\
model,budget,mean,sd,low,high,failed,draws,n_fake
aeot,,0.5,0,0.5,0.5,0,1,250
aekde,,,,,,1,1,250
vae,1,0.2,0.1,0.1,0.3,0,2,250
vae,2,0.4,0.1,0.3,0.5,0.1,2,250
""",
    "bias": """\
covariance,n,draw,frechet_distance
full,100,0,20.5
full,100,1,21.5
full,200,0,10.5
diagonal,100,0,2.5
diagonal,200,0,1.5
""",
    "manifold": """\
model,curve,delta,mean,low,high,seeds
floor,precision,0,0,0,0,1
floor,precision,1.5,1,1,1,1
nsgan,precision,0,0,0,0,2
nsgan,precision,1.5,0.8,0.7,0.9,2
nsgan,recall,0,0,0,0,2
nsgan,recall,1.5,0.6,0.5,0.7,2
nsgan,nearest_recall,0,0,0,0,2
nsgan,nearest_recall,1.5,0.4,0.3,0.5,2
""",
    "manifoldscores": """\
model,manifold_precision,manifold_recall,nearest_recall
aekde,0.5,,0.4
nsgan,0.8,0.6,0.4
""",
    "progress": """\
dataset,model,seed,extractor,moment,step,seconds,frechet_distance,n_real,n_fake,training_images
grey,aeot,0,inception,0,,90.5,12.5,100,50,400
grey,nsgan,0,inception,0,10,1.5,300,100,50,400
grey,nsgan,0,inception,1,20,3.5,120,100,50,400
grey,nsgan,1,inception,0,10,1.6,310,100,50,400
grey,nsgan,1,inception,1,20,3.6,110,100,50,400
""",
    "scatter": """\
row,x,y
real,0,0
real,1,2
aeot,0.5,0.5
""",
    "prd": """\
model,angle,precision,recall,precision_low,recall_low,precision_high,recall_high,\
f8,f8_sd,f1_8,f1_8_sd,seeds,n_real,n_fake
aeot,0.1,0.05,0.5,0.04,0.4,0.06,0.6,0.8,0.01,0.7,0.02,2,50,50
aeot,1.5,0.9,0.06,0.8,0.05,0.95,0.07,0.8,0.01,0.7,0.02,2,50,50
floor,0.1,0.1,1.0,0.1,1.0,0.1,1.0,1.0,,1.0,,1,50,50
""",
    "samples": """\
block,row,column,file,index
real,0,0,{folder}/images.npz,0
real,0,1,{folder}/images.npz,1
ae,0,0,{folder}/images.npz,1
ae,0,1,{folder}/images.npz,0
""",
    "training": """\
series,seed,epoch,loss,label
train,0,1,0.5,
train,0,2,0.1,
test,0,1,0.6,
test,0,2,0.2,
freeze,0,1,,
published,,,0.0013,"published, before freezing"
""",
    "segments": """\
kind,segment,step,place,cell,angle
largest,3,0,0.0,5,0
largest,3,1,0.5,6,0.8
largest,3,2,1.0,6,0
least,4,0,0.0,1,0
least,4,1,0.5,2,0.1
least,4,2,1.0,2,0
""",
    "transport": """\
seed,source_samples,mass_error,mass_error_low,mass_error_high,monte_carlo,tolerance,converged
0,100,0.5,0.0,0.6,0.2,0.05,1
0,200,0.04,0.03,0.045,0.1,0.05,1
""",
}
DRAWS = """\
dataset,model,seed,extractor,draw,run,hyperparameters,step,seconds,diverged,metric,value,n_real,n_fake
grey,nsgan,0,inception,0,0,learning_rate=5e-05,10,1,0,frechet_distance,20,9,9
grey,nsgan,0,inception,1,0,learning_rate=0.001,10,1,0,frechet_distance,30,9,9
grey,nsgan,0,inception,2,0,learning_rate=0.01,7,1,1,frechet_distance,31337,,9
grey,vae,0,inception,0,0,learning_rate=0.001,10,1,0,frechet_distance,15,9,9
grey,vae,0,inception,1,0,learning_rate=0.0001,10,1,0,frechet_distance,18,9,9
"""
SHARES = """\
threshold,share,crossings
0,1,3.5
0.5,0.5,1
3.14,0,0
"""
WHERE = ["--where", "dataset=grey", "source=mnist", "extractor=inception", "mixture=grid"]
STUDY = {"scores": SCORES, "modes": ROWS["collapse"], "draws": DRAWS}
STUDY |= {name: ROWS[name] for name in ("progress", "frontier")}
MORE = {
    "segments": ["--files", "shares={folder}/shares.csv", "segment_images={folder}/images.npz"],
}
GRIDS = ("field", "neighbours", "moments", "interpolations", "attributes")
ROWS |= dict.fromkeys(GRIDS, ROWS["samples"])
UNTITLED = {"samples", "fscores"}  # names stand above their blocks, as in all grids


@pytest.fixture(params=FIGURES)
def name(request):
    return request.param


def write_rows(name, folder):
    """Write good rows of a figure, `rows.csv`."""
    kind = resolve(FIGURES, name, "figure")
    if kind.ROWS in STUDY or name in ROWS:
        rows = STUDY[kind.ROWS] if kind.ROWS in STUDY else ROWS[name]
        (folder / "rows.csv").write_text(rows.format(folder=folder))
        return
    assert set(kind.FILES) <= set(STUDY), f"write a few rows of {name} to ROWS"
    for file in kind.FILES:
        (folder / f"{file}.csv").write_text(STUDY[file])
    files = [f"{file}={folder / file}.csv" for file in kind.FILES]
    collect_rows.main(["--collection", name, "--files", *files, *WHERE,
                       "--out-rows", str(folder / "rows.csv")])  # fmt: skip


def write_words(name, folder):
    """Write what a figure takes; return the words that draw it, `figure.png`."""
    np.savez(folder / "images.npz", images=IMAGES)
    write_rows(name, folder)
    (folder / "shares.csv").write_text(SHARES)
    more = [word.format(folder=folder) for word in MORE.get(name, [])]
    outputs = ["--out-figure", str(folder / "figure.png")]
    return ["--figure", name, "--rows", str(folder / "rows.csv"), *outputs,
            "--title", "MNIST", "--set", "dpi=50", *WHERE, *more]  # fmt: skip


@pytest.fixture
def words(name, tmp_path):
    """Words of the command line that draw a figure of good rows, `figure.png`."""
    return write_words(name, tmp_path)


@pytest.fixture
def draw(words, tmp_path):
    """Draw within this process and give the picture's bytes."""

    def bytes_of(*more):
        plot_figure.main([*words, *more])
        return (tmp_path / "figure.png").read_bytes()

    return bytes_of


@pytest.mark.workflow  # several processes
def test_another_process_without_torch_draws_the_same_bytes_and_a_title_changes_them(tmp_path):
    """One process draws all figures: starting one for each takes most of a minute."""
    words = {}
    for name in FIGURES:
        (tmp_path / name).mkdir()
        words[name] = write_words(name, tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-c", NO_TORCH, str(SCRIPTS / "plot_figure.py")],
        input="".join(f"{json.dumps(line)}\n" for line in words.values()),
        env=os.environ | {"MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    differing, untitled = [], set()
    for name, line in words.items():
        figure = tmp_path / name / "figure.png"
        first = figure.read_bytes()
        assert first.startswith(b"\x89PNG")
        figure.unlink()
        plot_figure.main(line)
        if figure.read_bytes() != first:
            differing.append(name)
        if name not in GRIDS:
            plot_figure.main([*line, "--title", "CIFAR-10"])
            if figure.read_bytes() == first:
                untitled.add(name)
    assert differing == []
    assert untitled == UNTITLED


@pytest.mark.long
@pytest.mark.parametrize("name", ["prd"], indirect=True)  # a setting of the base of all
def test_the_resolution_is_a_setting(draw):
    def width(picture):
        return int.from_bytes(picture[16:20], "big")

    assert width(draw("--set", "dpi=100")) == pytest.approx(2 * width(draw()), abs=2)


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["something,else", "1,2"], "rows.csv has no column"),
        ([], "rows.csv has no column"),
        (None, "empty|(have|are|contain) no|^0 rows"),  # the header alone
    ],
)
def test_rows_that_cannot_be_drawn_are_one_sentence(lines, fault, draw, tmp_path):
    path = tmp_path / "rows.csv"
    kept = path.read_text().splitlines()[:1] if lines is None else lines
    path.write_text("".join(f"{line}\n" for line in kept))
    with pytest.raises(InputError) as caught:
        draw()
    assert re.search(fault, str(caught.value))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "figure.png").exists()


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("colour=red", r"--set\.colour is not a known key; known here: .*dpi"),
        ("dpi=1", r"--set\.dpi: input should be greater than or equal to 50 \(got 1\)"),
    ],
)
def test_a_wrong_setting_is_named_and_leaves_no_figure(word, fault, draw, tmp_path):
    with pytest.raises(InputError, match=fault):
        draw("--set", word)
    assert not (tmp_path / "figure.png").exists()
