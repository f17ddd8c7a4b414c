"""The whole workflow on synthetic shapes: its files, their contracts, and its report."""

import csv
import html
import json
import re

import numpy as np
import pytest

from aeot.charts import FIGURES
from aeot.files import load_arrays, load_images, load_json, load_matrix, load_rows
from aeot.registry import resolve

MODELS = ("ae", "aeot", "aeotvertex")
TRAINED = ("nsgan", "vae", "glo")
SAMPLERS = ("aekde", "glann")
POINTS = ("resampled", "aeot512", "gan", "gmm")
EXTRACTOR = "efficientnetlite0"
FORMS = ("csv", "md", "tex", "html")
TABLES = (
    "main/losses",
    "main/scores",
    "modes/modes",
    "collapse/modes",
    "adversarial/scores",
    "autoencoders/scores",
    "geometry/frontier",
    "couplings/frontier",
)
SCORED = ("main", "adversarial", "autoencoders")  # studies that have a table of scores
FOLLOWED = ("adversarial", "autoencoders")  # ... and follow the trainings
FILES = [
    *(f"tables/{table}.{form}" for table in TABLES for form in FORMS),
    *(f"{study}/scores.csv" for study in SCORED),
    *(f"{study}/progress.csv" for study in FOLLOWED),
    *(f"{study}/modes.csv" for study in ("modes", "collapse")),
    "geometry/frontier.csv",
    "explore.html",
    "couplings/frontier.csv",
    "shapes/flowsemidiscrete/seed0/fitted.pt",
    "ring/points/seed0.npz",
    *(
        f"ring/{row}/seed0/{name}"
        for row in POINTS
        for name in ("points.npz", "history.csv", "report.json", "fitted.pt", "scores.csv")
    ),
    *(f"shapes/data/{split}.npz" for split in ("train", "test")),
    *(f"shapes/data/{EXTRACTOR}/{split}.npz" for split in ("train", "test")),
    *(
        f"shapes/autoencoder/seed0/{name}"
        for name in ("autoencoder.pt", "history.csv", "report.json", "codes.npz")
    ),
    *(f"shapes/transport/seed0/{name}" for name in ("transport.npz", "report.json", "history.csv")),
    *(
        f"shapes/{model}/seed0/{name}"
        for model in MODELS
        for name in ("samples.npz", "test_codes.npz" if model == "ae" else "report.json")
    ),
    *(
        f"shapes/{model}/seed0/{name}"
        for model in TRAINED
        for name in ("model.pt", "history.csv", "moments.npz", "samples.npz", "report.json")
    ),
    *(
        f"shapes/{model}/seed0/{name}"
        for model in SAMPLERS
        for name in ("fitted.pt", "report.json", "points.npz", "samples.npz", "draw.json")
    ),
    "shapes/glo/seed0/codes.npz",
    *(f"shapes/{model}/seed0/{EXTRACTOR}/convexity.csv" for model in ("ae", "vae")),
    *(f"shapes/transport/seed0/{name}.csv" for name in ("segments", "shares", "trace")),
    *(f"geometry/shapes/{model}/seed0/codes.npz" for model in ("aeot", "aeotchart", "aekde")),
    *(
        f"geometry/shapes/{model}/seed0/{EXTRACTOR}/frontier.csv"
        for model in ("ae", "aeot", "aeotchart", "aekde")
    ),
    *(f"shapes/{model}/seed0/{EXTRACTOR}/moments.csv" for model in (*MODELS, *TRAINED, *SAMPLERS)),
    *(f"shapes/{model}/seed0/{EXTRACTOR}/features.npz" for model in (*MODELS, *TRAINED, *SAMPLERS)),
    *(
        f"shapes/{model}/seed0/{EXTRACTOR}/{name}.csv"
        for model in (*MODELS, *TRAINED, *SAMPLERS, "floor")
        for name in ("fid", "kid", "prd", "prd_curve")
    ),
    *(
        f"figures/{place}.{form}"
        for place in (
            "shapes/training",
            "shapes/transport",
            "main/shapes/samples",
            f"main/shapes/{EXTRACTOR}/prd",
            "modes/ring/cells",
            "collapse/ring/scatter",
            f"certificate/shapes/{EXTRACTOR}/certificate",
            f"couplings/shapes/{EXTRACTOR}/evaluations",
            "autoencoders/shapes/interpolations",
            "autoencoders/shapes/attributes",
            f"autoencoders/shapes/{EXTRACTOR}/neighbours",
            *(
                f"{study}/{figure}"
                for study in FOLLOWED
                for figure in (
                    f"{EXTRACTOR}/fscores",
                    "shapes/moments",
                    f"shapes/{EXTRACTOR}/field",
                )
            ),
        )
        for form in ("csv", "png")
    ),
    *(
        f"figures/{place}.png"
        for place in (
            "shapes/segments",
            "collapse/ring/collapse",
            f"geometry/shapes/{EXTRACTOR}/frontier",
            f"couplings/shapes/{EXTRACTOR}/frontier",
            *(f"{study}/shapes/{EXTRACTOR}/progress" for study in FOLLOWED),
        )
    ),
]


FILES += [f"triangles/{model}/seed0/range.npz" for model in ("aeot", "nsgan")]
FILES += [
    f"triangles/{model}/seed0/{EXTRACTOR}/{name}{part}.csv"
    for name, models in (("precision", ("floor", "aeot", "nsgan")), ("recall", ("aeot", "nsgan")))
    for model in models
    for part in ("", "_curve")
]
FILES += [
    f"figures/polygons/triangles/{EXTRACTOR}/{name}.{form}"
    for name in ("manifold", "manifoldscores")
    for form in ("csv", "png")
]
FILES += [f"figures/distance/shapes/{EXTRACTOR}/{name}.png" for name in ("dropped", "bias")]


@pytest.fixture
def shapes(finished):
    return finished.results / "shapes"


def test_every_promised_file_is_there(finished):
    paths = [finished.results / name for name in FILES]
    assert [path for path in paths if not path.is_file() or not path.stat().st_size] == []


def test_nothing_half_written_is_left(finished):
    names = [path.name for path in finished.results.rglob("*")]
    assert not [name for name in names if name.endswith((".tmp", ".checkpoint", ".previous"))]


def test_a_second_run_does_nothing(finished, snakemake, cores):
    done = snakemake(finished.folder, "--configfile", "config/presets/smoke.yaml", *cores)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stderr


def test_images_are_bytes_and_the_two_sets_never_mix(shapes):
    train, test = (load_images(shapes / "data" / f"{split}.npz") for split in ("train", "test"))
    assert train.shape == (400, 1, 16, 16) and test.shape == (200, 1, 16, 16)
    labels = load_arrays(shapes / "data" / "train.npz", "labels")["labels"]
    assert labels.dtype == np.int64 and labels.shape == (400,)
    assert not {image.tobytes() for image in train} & {image.tobytes() for image in test}


def test_codes_are_all_training_images_in_order(shapes):
    codes = load_arrays(shapes / "autoencoder" / "seed0" / "codes.npz")["codes"]
    assert codes.dtype == np.float32
    assert codes.shape == (400, 16)
    assert np.isfinite(codes).all()
    import torch

    from aeot.models.autoencoder.model import Model as Autoencoder

    model = Autoencoder.load(shapes / "autoencoder" / "seed0" / "autoencoder.pt", "cpu")
    images = torch.from_numpy(load_images(shapes / "data" / "train.npz"))
    np.testing.assert_allclose(codes[[5, 7]], model.encode(images[[5, 7]]), rtol=1e-4, atol=1e-5)


def test_the_transport_is_what_its_report_says(shapes):
    """Fresh points of the cube, sent by the map's own formula, fill the cells as promised."""
    folder = shapes / "transport" / "seed0"
    report = load_json(folder / "report.json")
    solved = load_arrays(folder / "transport.npz")
    support, heights, masses = (solved[name] for name in ("support", "heights", "masses"))
    codes = load_arrays(shapes / "autoencoder" / "seed0" / "codes.npz")["codes"]
    np.testing.assert_array_equal(support, codes)
    assert heights.shape == masses.shape == (400,)
    assert str(solved["source"]) == "uniform"
    np.testing.assert_allclose(masses, 1 / 400)
    generator, hits, count = np.random.default_rng(987), np.zeros(400), 0
    for _ in range(40):
        x = generator.random((20000, support.shape[1]))
        hits += np.bincount((x @ support.T.astype(float) + heights).argmax(1), minlength=400)
        count += len(x)
    error = np.abs(hits / count - masses).mean() * 400
    chance = np.sqrt(2 * 400 / (np.pi * count))  # what counting alone adds at most, on average
    assert report["mass_error_low"] <= error + chance
    assert error <= report["mass_error_high"] + chance


def test_the_transport_report_holds_its_promises(shapes):
    report = load_json(shapes / "transport" / "seed0" / "report.json")
    assert {"seconds", "device", "source_samples", "looks"} <= set(report)
    low, error, high = (report[f"mass_error{end}"] for end in ("_low", "", "_high"))
    assert 0 <= low <= error <= high
    assert report["tolerance"] == 0.15
    assert report["converged"] is (high <= report["tolerance"])
    rows = load_rows(
        shapes / "transport" / "seed0" / "history.csv",
        "look", "source_samples", "mass_error", "mass_error_low", "mass_error_high",
    )  # fmt: skip
    assert len(rows) == report["looks"]
    assert float(rows[-1]["mass_error_high"]) == high
    assert int(rows[-1]["source_samples"]) == report["source_samples"]
    samples = [int(row["source_samples"]) for row in rows]
    assert samples == sorted(set(samples))


def test_the_autoencoder_report_and_history_agree(shapes):
    folder = shapes / "autoencoder" / "seed0"
    report, rows = load_json(folder / "report.json"), load_rows(folder / "history.csv")
    assert list(rows[0]) == ["phase", "epoch", "train_loss", "test_loss"]
    assert [int(row["epoch"]) for row in rows] == list(range(1, report["epochs"] + 1))
    phases = [int(row["phase"]) for row in rows]
    assert phases == sorted(phases) and phases.count(1) == report["freeze_epoch"]
    assert report["codes"] == 16 and report["parameters"] > 0
    # The losses after the last epoch are those of the finished network.
    assert float(rows[-1]["test_loss"]) == pytest.approx(report["losses"]["after"]["test"])
    frozen = rows[report["freeze_epoch"] - 1]
    assert float(frozen["test_loss"]) == pytest.approx(report["losses"]["before"]["test"])
    assert report["losses"]["after"]["train"] < report["losses"]["before"]["train"]


def test_every_model_ends_in_images_of_one_shape(shapes):
    counts = {"ae": 200, "aeot": 300, "aeotvertex": 300}
    for model, count in counts.items():
        images = load_images(shapes / model / "seed0" / "samples.npz")
        assert images.shape == (count, 1, 16, 16)
        if model != "ae":  # nothing was drawn for it
            assert load_json(shapes / model / "seed0" / "report.json")["images"] == count
        assert len({image.tobytes() for image in images}) > count // 4


def test_the_sampler_counts_what_it_draws_again(shapes):
    report = load_json(shapes / "aeot" / "seed0" / "report.json")
    assert report["drawn"] > report["images"]
    assert 0.3 < report["singular"] / report["images"] < 0.7  # the threshold is the median angle
    assert 0 <= report["copies"] < report["singular"]
    assert report["mass_error_rms"] < 2 * report["mass_error_rms_se"] + 0.2


def test_features_have_a_row_for_every_scored_image(shapes):
    for place in ("data", *(f"{model}/seed0" for model in MODELS)):
        for path in (shapes / place / EXTRACTOR).glob("*.npz"):
            features = load_matrix(path, "features")
            wanted = 400 if path.stem == "all" else 200  # all training images
            assert features.dtype == np.float32 and features.shape == (wanted, 1280)


def test_rows_and_their_collection_agree(finished, shapes):
    collected = load_rows(finished.results / "main" / "scores.csv")
    assert list(collected[0]) == [
        "dataset", "source", "model", "seed", "extractor", "metric", "value", "n_real", "n_fake",
    ]  # fmt: skip
    found = {(row["model"], row["metric"]): float(row["value"]) for row in collected}
    assert {model for model, _ in found} == {*MODELS, "floor"}
    assert {metric for _, metric in found} >= {"frechet_distance", "f8", "f1_8"}
    for model in (*MODELS, "floor"):
        for name in ("fid", "kid", "prd"):
            rows = load_rows(shapes / model / "seed0" / EXTRACTOR / f"{name}.csv")
            assert list(rows[0]) == ["metric", "value", "n_real", "n_fake"]
            for row in rows:
                assert found[model, row["metric"]] == float(row["value"])
                assert (row["n_real"], row["n_fake"]) == ("200", "200")
    # Training images are nearer to test images than anything that the tiny network draws.
    assert found["floor", "frechet_distance"] == min(
        value for (_, metric), value in found.items() if metric == "frechet_distance"
    )
    assert found["floor", "f8"] > 0.8 and found["floor", "f1_8"] > 0.8


def test_the_distance_is_that_of_an_independent_formula(shapes):
    """The written number, from the written features, by the definition: tr (S T)^(1/2).

    The trace is the sum of the square roots of the eigenvalues of S T, which is not symmetric.
    """
    real, fake = (
        load_matrix(shapes / path, "features").astype(float)
        for path in (f"data/{EXTRACTOR}/test.npz", f"aeot/seed0/{EXTRACTOR}/features.npz")
    )
    s, t = np.cov(real, rowvar=False), np.cov(fake, rowvar=False)
    values = np.linalg.eigvals(s @ t)
    largest = np.abs(values).max()
    assert np.abs(values.imag).max() < 1e-9 * largest and values.real.min() > -1e-9 * largest
    # Below this is rounding: there are fewer images than features.
    cross = np.sqrt(values.real[values.real > 1e-12 * largest]).sum()
    wanted = ((real.mean(0) - fake.mean(0)) ** 2).sum() + np.trace(s) + np.trace(t) - 2 * cross
    rows = load_rows(shapes / "aeot" / "seed0" / EXTRACTOR / "fid.csv")
    assert float(rows[0]["value"]) == pytest.approx(wanted, rel=1e-4)


def test_tables_hold_the_scores_and_their_n(finished):
    tables = finished.results / "tables" / "main"
    with (tables / "scores.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    text = (tables / "scores.md").read_text()
    assert "FD (efficientnetlite0)" in text
    assert "AE-OT" in text and "200" in text
    assert "before" in (tables / "losses.md").read_text().lower()


def test_the_page_shows_what_the_run_has_and_says_what_it_lacks(finished):
    text = (finished.results / "explore.html").read_text(encoding="utf-8")
    parts = dict(re.findall(r'<section id="(\w+)">(.*?)</section>', text, flags=re.DOTALL))
    lacking = {name for name, body in parts.items() if 'class="absent"' in body}
    assert lacking == {"progress"}  # of `run`, though `everything` was built
    assert "<code>adversarial</code> or <code>autoencoders</code>" in parts["progress"]
    assert parts["samples"].count('class="method"') == len(MODELS)
    assert parts["scores"].count("<tr>") == 2 + len(MODELS)


def test_logs_tell_the_story(finished):
    log = finished.results / "logs" / "train_autoencoder" / "shapes" / "seed0.log"
    assert "phase 1 epoch 1" in log.read_text() and "phase 2" in log.read_text()
    solving = finished.results / "logs" / "solve_transport" / "shapes" / "seed0.log"
    assert "evaluation 1" in solving.read_text()


def test_the_report_is_one_page_with_every_caption_and_picture(finished, snakemake, tmp_path):
    page = tmp_path / "report.html"
    words = ("everything", "--configfile", "config/presets/smoke.yaml")
    done = snakemake(finished.folder, *words, "--report", str(page))
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    start = text.index("{", text.index("var results = ", text.index('<script id="results">')))
    results = json.JSONDecoder().raw_decode(text, start)[0]
    figures = {
        str(path.relative_to(finished.folder))
        for path in (finished.results / "figures").rglob("*.png")
    }
    tables = {
        str(path.relative_to(finished.folder))
        for path in (finished.results / "tables").rglob("*.html")
    }
    assert set(results) == figures | tables
    for name, entry in results.items():
        stem = name.rpartition("/")[2].rpartition(".")[0]
        if name in figures:
            source = resolve(FIGURES, stem, "figure").CAPTION
        else:
            source = (finished.folder / "workflow" / "report" / f"{stem}.rst").read_text()
        # The longest run of plain words of the caption's source stands in the page; words that
        # depend on the study are left out.
        source = re.sub(r"{% if .*?endif %}", "|", source, flags=re.DOTALL)
        words = max(re.findall(r"[A-Za-z ,\n]{20,}", source), key=len)
        caption = html.unescape(re.sub("<[^>]+>", "", entry["caption"]))
        assert " ".join(words.split()) in " ".join(caption.split()), name
        assert "{{" not in caption
        assert entry["labels"]
    assert "semi-discrete optimal transport" in text
