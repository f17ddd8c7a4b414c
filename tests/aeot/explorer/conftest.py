"""The files of a small run that has every part of the page, and the page that they make."""

from pathlib import Path

import numpy as np
import pytest

from aeot.curves import segments
from aeot.curves.frontier import COLUMNS as FRONTIER
from aeot.curves.neighbours import Neighbours
from aeot.curves.progress import COLUMNS as PROGRESS
from aeot.explorer.page import Explorer
from aeot.files import save_arrays, save_frame, save_rows
from aeot.metrics.collapse import METRICS
from aeot.metrics.scores import SCORE_COLUMNS
from aeot.tables.modes import COLUMNS as MODES
from aeot.tables.scores import Scores

ROOT = Path(__file__).resolve().parents[3]
EXTRACTOR = "efficientnetlite0"
# Of each method, at the first seed: distance, novelty.
SCORED = {"floor": (1.0, 0.0), "ae": (40.0, 1.0), "aeot": (100.5, 0.8), "vae": (9.5, 1.4)}
# Cells along two segments of ten points, and the angles between them.
CELLS = np.array([[7, 7, 3, 3, 3, 9, 9, 9, 9, 4], [1, 1, 1, 1, 1, 1, 2, 2, 2, 2]])
ANGLES = np.where(np.diff(CELLS) != 0, [[0.5] * 4 + [2.5] + [0.3] * 4, [0.2] * 9], 0.0)


def _scores(folder):
    for study, cases in (("main", ["mnist5k", "shapes"]), ("second", ["shapes"])):
        rows = [
            dict(zip(SCORE_COLUMNS, (case, case, model, seed, EXTRACTOR, metric, value, 50, 50),
                     strict=True))
            for case in cases
            for model, (distance, novelty) in SCORED.items()
            for seed in (0, 1)
            for metric, value in (("frechet_distance", distance + seed), ("novelty", novelty))
        ]  # fmt: skip
        save_rows(folder / study / "scores.csv", rows, SCORE_COLUMNS)
        files = {"scores": [str(folder / study / "scores.csv")],
                 "published": [str(ROOT / "config" / "published.csv")]}  # fmt: skip
        save_frame(folder / "tables" / study / "scores.csv", Scores().build(files)[0])


def _neighbours(folder):
    random = np.random.default_rng(0)
    of = {name: folder / "shapes" / name for name in ("train", "aeot", "vae")}
    for place in of.values():
        images = random.integers(0, 256, (12, 1, 8, 8), dtype=np.uint8)
        save_arrays(place / "samples.npz", images=images)
        save_arrays(place / "features.npz", features=images.reshape(12, -1).astype(np.float32))
    files = {"images": "samples", "features": "features"}
    given = {
        key: [str(of[m] / f"{file}.npz") for m in ("aeot", "vae")] for key, file in files.items()
    }
    given |= {f"train_{key}": [str(of["train"] / f"{file}.npz")] for key, file in files.items()}
    kind = Neighbours(names=["aeot", "vae"], rows=11, columns=1)
    place = folder / "figures" / "main" / "shapes" / EXTRACTOR / "neighbours.csv"
    save_rows(place, kind.collect(given, {}), [*kind.COLUMNS])


def _curves(folder):
    rows = [
        {"dataset": "shapes", "curve": curve, "seed": 0, "extractor": EXTRACTOR, "place": place,
         "value": value, "draw": draw, "seconds": 1, "frechet_distance": 5 + place + draw,
         "novelty_codes": 0.2 + place / 2, "novelty_features": 0.3 + place / 2,
         "authenticity": 0.5, "test_recall": 0.5, "n_real": 50, "n_fake": 50}
        for curve, values in (("ae", [None]), ("aeot", [0.5, 1.0]))
        for place, value in enumerate(values)
        for draw in (0, 1)
    ]  # fmt: skip
    save_rows(folder / "geometry" / "frontier.csv", rows, FRONTIER)
    rows = [
        {"dataset": "shapes", "model": model, "seed": 0, "extractor": EXTRACTOR, "moment": moment,
         "step": step, "seconds": 2.0 * 4**moment, "frechet_distance": 300.0 / 4**moment,
         "n_real": 50, "n_fake": 50, "training_images": 400}
        for model, steps in (("aeot", [None]), ("vae", [6, 12, 24]))
        for moment, step in enumerate(steps)
    ]  # fmt: skip
    save_rows(folder / "second" / "progress.csv", rows, PROGRESS)


def _segments(folder):
    rows = segments.trace_rows(CELLS, ANGLES)
    place = folder / "shapes" / "transport" / "seed0"
    save_rows(place / "trace.csv", rows, segments.TRACE_COLUMNS)
    cells = np.unique(CELLS)
    pictures = np.random.default_rng(1).integers(0, 256, (len(cells), 3, 8, 8), dtype=np.uint8)
    save_arrays(place / "segments.npz", images=pictures, cells=cells, cell_images=pictures)


def _modes(folder):
    rows = [
        dict.fromkeys(MODES)
        | {"mixture": "ring", "row": row, "metric": metric, "mean": 8.0 - place, "se": 0.1,
           "trials": 2, "n": 2500, "step": 1000, "seconds": 1.5}
        for row in ("resampled", "aeot512")
        for place, metric in enumerate(METRICS)
    ]  # fmt: skip
    save_rows(folder / "tables" / "modes" / "modes.csv", rows, MODES)


@pytest.fixture(scope="session")
def run_files(tmp_path_factory):
    """Files of a run, by the names that the page calls them."""
    folder = tmp_path_factory.mktemp("run") / "results"
    for write in (_scores, _neighbours, _curves, _segments, _modes):
        write(folder)
    transport = folder / "shapes" / "transport" / "seed0"
    found = {
        "scores": [folder / "tables" / study / "scores.csv" for study in ("main", "second")],
        "modes": [folder / "tables" / "modes" / "modes.csv"],
        "neighbours": [folder / "figures" / "main" / "shapes" / EXTRACTOR / "neighbours.csv"],
        "frontier": [folder / "geometry" / "frontier.csv"],
        "progress": [folder / "second" / "progress.csv"],
        "trace": [transport / "trace.csv"],
        "segment_images": [transport / "segments.npz"],
    }
    return {name: [str(path) for path in paths] for name, paths in found.items()}


@pytest.fixture(scope="session")
def explorer():
    """The settings of that run's page."""
    studies = ["main", "second", "modes", "geometry"]
    return Explorer(run=studies, metrics=["fid", "kid", "prd", "copying"], seeds=2)


@pytest.fixture(scope="session")
def page(explorer, run_files, tmp_path_factory):
    """That run's page, as a file."""
    path = tmp_path_factory.mktemp("page") / "explore.html"
    path.write_text(explorer.build(run_files), encoding="utf-8")
    return path
