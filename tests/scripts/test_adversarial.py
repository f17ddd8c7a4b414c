"""The commands of the study of models of images: their files and their sentences."""

import json

import numpy as np
import pytest

import collect_rows
import sample_model
import score_moments
import train_model
import write_table
from aeot.errors import InputError
from aeot.files import (
    load_frame,
    load_images,
    load_json,
    load_rows,
    save_arrays,
    save_json,
    save_rows,
)
from aeot.metrics.fid import frechet_distance
from aeot.models.autoencoder.model import Model as Autoencoder
from aeot.models.autoencoder.settings import Settings as AutoencoderSettings
from aeot.state import save_state


@pytest.fixture
def place(tmp_path):
    """A folder with images and a model trained on them."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 1, 8, 8), dtype=np.uint8)
    save_arrays(tmp_path / "train.npz", images=images)
    train_model.main(words(tmp_path))
    return tmp_path


def words(folder, run="grey/nsgan/seed0", model="nsgan"):
    out = folder / run
    return [
        *("--model", model, "--train", str(folder / "train.npz"), "--snapshot-images", "4"),
        *("--set", "steps=9", "width=4", "codes=3", "learning_rate=0.1", "--device", "cpu"),
        *("--out-model", str(out / "model.pt"), "--out-history", str(out / "history.csv")),
        *("--out-moments", str(out / "moments.npz"), "--out-report", str(out / "report.json")),
    ]


def test_a_training_writes_images_losses_and_a_report(place):
    run = place / "grey" / "nsgan" / "seed0"
    report = load_json(run / "report.json")
    steps = [snapshot["step"] for snapshot in report["moments"]]
    assert steps == [1, 2, 4, 9] and report["steps"] == 9 and report["seconds"] > 0
    assert load_images(run / "moments.npz").shape == (4 * 4, 1, 8, 8)
    assert load_rows(run / "history.csv")[-1]["step"] == "9"
    assert set(report["parameters"]) == {"generator", "critic"}
    assert not list(run.glob("*.checkpoint*"))


def test_a_training_again_is_the_same_bytes(place):
    train_model.main(words(place, "again"))
    for name in ("model.pt", "moments.npz"):
        first = (place / "grey" / "nsgan" / "seed0" / name).read_bytes()
        assert (place / "again" / name).read_bytes() == first


def test_samples_are_drawn_by_seed(place):
    drawn = {}
    for name, seed in (("a", "0"), ("b", "0"), ("c", "1")):
        out = place / f"{name}.npz"
        sample_model.main(
            ["--weights", str(place / "grey/nsgan/seed0/model.pt"),
             "--count", "7", "--seed", seed, "--out-samples", str(out)]
        )  # fmt: skip
        drawn[name] = load_images(out)
    assert drawn["a"].shape == (7, 1, 8, 8)
    assert (drawn["a"] == drawn["b"]).all() and (drawn["a"] != drawn["c"]).any()


DIVERGES = ("--set", "reconstruction=1e38", "pretraining=0", "learning_rate=1.0")


def test_a_training_that_diverges_is_an_error_and_leaves_nothing(place):
    with pytest.raises(InputError, match="loss is not finite before step 1;"):
        train_model.main([*words(place, "other/waemmd/seed0", "waemmd"), *DIVERGES])
    assert not (place / "other").exists()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("--model", "gann"), "'gann' is not a known model of images; known: aae"),
        (("--snapshot-images", "0"), "--snapshot-images must be at least 1"),
        (("--set", "pack=3"), "pack is not a known key; known here: averaging"),
        (("--train", "absent.npz"), "absent.npz does not exist"),
    ],
)
def test_a_wrong_word_leaves_nothing(place, change, fault):
    run = "other/nsgan/seed0"
    with pytest.raises(InputError, match=fault):
        train_model.main([*words(place, run), *change])
    assert not (place / run).exists()


def test_what_draws_nothing_is_refused(place):
    autoencoder = Autoencoder(AutoencoderSettings(width=4, codes=3), (1, 8, 8))
    autoencoder.save(place / "autoencoder.pt")
    save_state(place / "points.pt", {"model": "ali", "settings": {}, "state": {}})
    for weights, count, fault in (
        ("autoencoder.pt", "5", "the model autoencoder does not draw images by itself: sample its"),
        ("points.pt", "5", r"points\.pt is not a model of images of this version"),
        ("grey/nsgan/seed0/model.pt", "0", "--count must be at least 1"),
    ):
        words = ["--weights", str(place / weights), "--count", count]
        with pytest.raises(InputError, match=fault):
            sample_model.main([*words, "--out-samples", str(place / "x.npz")])
    assert not (place / "x.npz").exists()


class _Flat:
    """An extractor: the pixels."""

    @classmethod
    def from_items(cls, items):
        return cls()


@pytest.fixture
def flat(monkeypatch):
    """Let pixels be the features, of whatever extractor is asked for."""
    monkeypatch.setattr("aeot.registry.resolve", lambda *words: _Flat)
    monkeypatch.setattr(
        "aeot.features.extraction.extract",
        lambda extractor, images, device: images.reshape(len(images), -1).astype(np.float32),
    )


def score(folder, images, *reports, count="5"):
    score_moments.main(
        ["--images", str(images), "--reports", *map(str, reports), "--extractor", "flat",
         "--real-features", str(folder / "real.npz"), "--count", count,
         "--out-rows", str(folder / "grey/nsgan/seed0/flat/moments.csv")]
    )  # fmt: skip
    return load_rows(folder / "grey/nsgan/seed0/flat/moments.csv")


def test_every_moment_is_scored_on_its_own_images(tmp_path, flat):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (12, 1, 2, 2), dtype=np.uint8)
    real = rng.random((9, 4)).astype(np.float32)
    save_arrays(tmp_path / "images.npz", images=images)
    save_arrays(tmp_path / "real.npz", features=real)
    moments = [{"moment": k, "step": 10 * k, "seconds": 1.5 * k} for k in (0, 1)]
    save_json(tmp_path / "report.json", {"moments": moments, "seconds": 99.0})
    rows = score(tmp_path, tmp_path / "images.npz", tmp_path / "report.json")
    assert {row["training_images"] for row in rows} == {""}
    assert [(row["step"], row["seconds"]) for row in rows] == [("0", "0.0"), ("10", "1.5")]
    for k, row in enumerate(rows):
        part = images[6 * k : 6 * k + 5].reshape(5, 4).astype(np.float32)
        assert float(row["frechet_distance"]) == pytest.approx(frechet_distance(real, part))
        assert (row["n_real"], row["n_fake"]) == ("9", "5")
    with pytest.raises(InputError, match="cannot be scored 7 at a time"):
        score(tmp_path, tmp_path / "images.npz", tmp_path / "report.json", count="7")
    save_json(tmp_path / "report.json", {"moments": [*moments] * 4})
    with pytest.raises(InputError, match="12 images at 8 moments"):
        score(tmp_path, tmp_path / "images.npz", tmp_path / "report.json")


def test_the_seconds_of_a_model_in_parts_are_added_up(tmp_path, flat):
    save_arrays(tmp_path / "images.npz", images=np.zeros((6, 1, 2, 2), np.uint8))
    save_arrays(tmp_path / "real.npz", features=np.eye(4, dtype=np.float32))
    save_json(tmp_path / "autoencoder.json", {"seconds": 60.0, "training_images": 25})
    save_json(tmp_path / "transport.json", {"seconds": 2.5})
    parts = (tmp_path / "autoencoder.json", tmp_path / "transport.json")
    (row,) = score(tmp_path, tmp_path / "images.npz", *parts)
    assert (row["seconds"], row["step"], row["training_images"]) == ("62.5", "", "25")
    save_json(tmp_path / "transport.json", {})
    with pytest.raises(InputError, match="does not contain the seconds"):
        score(tmp_path, tmp_path / "images.npz", *parts)


def test_progress_is_gathered_with_its_keys(tmp_path):
    columns = ["moment", "step", "seconds", "frechet_distance", "n_real", "n_fake",
               "training_images"]  # fmt: skip
    paths = []
    for model, seed in (("vae", 1), ("vae", 0), ("aeot", 0)):
        path = tmp_path / "grey" / model / f"seed{seed}" / "flat" / "moments.csv"
        rows = [dict(zip(columns, (k, "", 1.5, 9.0, 5, 5, 9), strict=True)) for k in (0, 1)]
        save_rows(path, rows, columns)
        paths.append(str(path))
    out = tmp_path / "progress.csv"
    collect_rows.main(["--collection", "progress", "--files", *(f"rows={path}" for path in paths),
                       "--out-rows", str(out)])  # fmt: skip
    found = [(row["model"], row["seed"], row["moment"]) for row in load_rows(out)]
    assert found == [(m, s, k) for m, s in (("aeot", "0"), ("vae", "0"), ("vae", "1"))
                     for k in ("0", "1")]  # fmt: skip


SCORES = ["dataset", "source", "model", "seed", "extractor", "metric", "value"]


@pytest.fixture
def scores(tmp_path):
    """Two seeds of some rows, of two extractors."""
    rows = [
        dict(zip(SCORES, ("grey", "mnist", model, seed, extractor, metric, value), strict=True))
        for seed in (0, 1)
        for extractor, shift in (("flat", 0), ("other", 0.5))
        for model, base in (("aeot", 0.2), ("vae", 0.3), ("nsgan", 0.4))
        for metric, value in (
            ("f8", base + 0.02 * seed + shift), ("f1_8", base / 2), ("frechet_distance", 9 - base),
        )
    ]  # fmt: skip
    save_rows(tmp_path / "scores.csv", rows, SCORES)
    return tmp_path / "scores.csv"


DRAWS = """\
dataset,model,seed,extractor,draw,run,hyperparameters,step,seconds,diverged,metric,value,n_real,n_fake
grey,nsgan,0,flat,0,0,beta1=0.5,10,1,0,frechet_distance,20,9,9
grey,nsgan,0,flat,0,0,beta1=0.5,10,1,0,f8,0.5,9,9
grey,nsgan,0,flat,0,0,beta1=0.5,10,1,0,f1_8,0.6,9,9
grey,nsgan,0,flat,0,0,beta1=0.5,20,2,0,frechet_distance,30,9,9
grey,nsgan,0,flat,0,0,beta1=0.5,20,2,0,f8,0.7,9,9
grey,nsgan,0,flat,0,0,beta1=0.5,20,2,0,f1_8,0.8,9,9
grey,nsgan,0,flat,1,0,beta1=0.9,7,1,1,frechet_distance,31337,,9
grey,nsgan,0,other,1,0,beta1=0.9,10,1,0,frechet_distance,5,9,9
"""


def fscores(tmp_path, *files):
    out = tmp_path / "fscores.csv"
    collect_rows.main(["--collection", "fscores", "--files", *files,
                       "--where", "extractor=flat", "--out-rows", str(out)])  # fmt: skip
    return out


def test_f_scores_are_means_over_seeds_of_one_extractor(scores, tmp_path):
    rows = load_rows(fscores(tmp_path, f"scores={scores}"))
    found = [(row["model"], row["draw"]) for row in rows]
    assert found == [("aeot", ""), ("vae", ""), ("nsgan", "")]
    assert [float(row["f8"]) for row in rows] == pytest.approx([0.21, 0.31, 0.41])
    assert {row["seeds"] for row in rows} == {"2"}


def test_draws_stand_beside_at_their_best_checkpoint_and_failures_are_counted(scores, tmp_path):
    (tmp_path / "draws.csv").write_text(DRAWS)
    out = fscores(tmp_path, f"scores={scores}", f"draws={tmp_path / 'draws.csv'}")
    drawn = [row for row in load_rows(out) if row["draw"]]
    found = [[row[name] for name in ("model", "source", "f8", "f1_8", "seeds")] for row in drawn]
    assert found == [["nsgan", "mnist", "0.5", "0.6", "1"], ["nsgan", "mnist", "", "", "1"]]

    from matplotlib.text import Text

    from aeot.charts.fscores import FScoresFigure

    figure = FScoresFigure().draw(load_frame(out), "", {}, {})
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert "draws that diverged\nNS GAN: 1" in texts
    small = [line for line in figure.axes[0].lines if line.get_markersize() < 5]
    assert [tuple(xy) for line in small for xy in line.get_xydata()] == [(0.6, 0.5)]


def test_of_the_rivals_the_best_is_shown_and_all_others(scores, tmp_path):
    for name in ("real", "vae", "nsgan", "aeot"):
        save_arrays(tmp_path / f"{name}.npz", images=np.zeros((4, 1, 2, 2), np.uint8))
    names = ["real", "vae", "nsgan", "aeot"]
    out = tmp_path / "field.csv"
    given = ["--collection", "field", "--out-rows", str(out),
             "--files", *(f"images={tmp_path / name}.npz" for name in names), f"scores={scores}",
             "--set", "rows=2", "columns=2", f"names={json.dumps(names)}",
             'among=["vae", "nsgan"]', "--where", "extractor=flat"]  # fmt: skip
    collect_rows.main([*given, "dataset=grey"])
    blocks = list(dict.fromkeys(row["block"] for row in load_rows(out)))
    assert blocks == ["real", "nsgan", "aeot"]  # 9 - 0.4 is the least
    with pytest.raises(InputError, match="no score of nsgan, vae on blue"):
        collect_rows.main([*given, "dataset=blue"])


def test_a_line_of_pictures_is_a_moment(place, tmp_path):
    moments, out = place / "grey/nsgan/seed0/moments.npz", tmp_path / "moments.csv"
    given = ["--collection", "moments", "--files", f"images={moments}", "--out-rows", str(out),
             "--set", 'names=["nsgan"]', "columns=3"]  # fmt: skip
    collect_rows.main([*given, "group=4"])
    rows = load_rows(out)
    places = [(int(row["row"]), int(row["column"]), int(row["index"])) for row in rows]
    assert places == [(m, c, 4 * m + c) for m in range(4) for c in range(3)]
    with pytest.raises(InputError, match="has 16 images, not 5 per moment"):
        collect_rows.main([*given, "group=5"])


def test_the_table_has_steps_and_seconds_of_the_last_moment(tmp_path):
    columns = ["dataset", "source", "model", "seed", "extractor", "metric", "value",
               "n_real", "n_fake"]  # fmt: skip
    rows = [
        dict(zip(columns, ("mnist", "mnist", model, seed, "inception", "frechet_distance",
                           value, 90, 80), strict=True))
        for model, seed, value in (("nsgan", 0, 12.0), ("nsgan", 1, 14.0), ("aeot", 0, 9.0),
                                   ("aeot", 1, 9.5), ("wgan", 0, 5.0), ("wgan", 1, 5.0))
    ]  # fmt: skip
    save_rows(tmp_path / "scores.csv", rows, columns)
    progress = ["dataset", "model", "seed", "moment", "step", "seconds", "training_images"]
    times = [
        ("nsgan", 0, 0, 10, 5.0, 500), ("nsgan", 0, 1, 20, 100.0, 500),
        ("nsgan", 1, 1, 20, 120.0, 500), ("nsgan", 1, 0, 10, 6.0, 500),
        ("aeot", 0, 0, "", 40.0, 250), ("aeot", 1, 0, "", 44.0, 250),
    ]  # fmt: skip
    seen = [dict(zip(progress, ("mnist", *row), strict=True)) for row in times]
    save_rows(tmp_path / "progress.csv", seen, progress)
    (tmp_path / "published.csv").write_text(
        "table,source,model,metric,value,error,n,quotes,remark,note\n"
        "T,mnist,nsgan,frechet_distance,6.8,0.5,50,,,\n"
    )
    outs = [f"--out-{form}={tmp_path / 'table'}.{form}" for form in ("csv", "md", "tex")]
    names = ("scores", "progress", "published")
    write_table.main(
        ["--table", "scores", "--files", *(f"{n}={tmp_path / n}.csv" for n in names), *outs,
         "--set", 'models=["aeot", "nsgan"]',
         'singular={"mnist/aeot": "plain", "mnist/aeotcentres": "reject"}']
    )  # fmt: skip
    lines = (tmp_path / "table.md").read_text().splitlines()
    (gan,) = [line for line in lines if line.startswith("| NS GAN")]
    assert "| 13.00 ± 1.41 |" in gan and "| 500 | 20 | 110 | 6.8 ± 0.5 | T |" in gan
    (ours,) = [line for line in lines if line.startswith("| AE-OT |")]
    assert "| 250 | — | 42 | — | — |" in ours
    text = (tmp_path / "table.md").read_text()
    assert "returns a training code, in the rows: AE-OT." in text and "rejected" not in text
    assert not [line for line in lines if line.startswith("| WGAN")]
    assert json.dumps(load_rows(tmp_path / "table.csv")).count('"seconds": "110.0"') == 1
