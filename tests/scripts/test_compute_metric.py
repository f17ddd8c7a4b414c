"""From files to rows, for every metric."""

import csv
import subprocess
import sys

import numpy as np
import pytest

import compute_metric
from aeot.datasets.polygons import Polygons, PolygonsSettings
from aeot.errors import InputError
from aeot.files import save_arrays
from aeot.metrics import METRICS
from aeot.metrics.base import COLUMNS, option
from aeot.registry import resolve

QUICK = {"prd": ["clusters=2", "runs=2", "angles=51"], "convexity": ["pairs=6"],
         "precision": ["references=50", "points=3"],
         "recall": ["references=50", "points=3"]}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    """Files of everything that a metric may need; the fake set covers one of two real modes."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(100, 3)) / 10
    real = noise + 9 * (np.arange(100) % 2)[:, None]
    sets = {"real": real, "fake": noise[:60], "train": real + 1, "midpoints": noise[:30]}
    for name, features in sets.items():
        save_arrays(tmp_path / f"{name}.npz", features=features)
    deep = rng.normal(size=(20, 1280))  # of the extractor with a classifier
    save_arrays(tmp_path / "deep.npz", features=deep)
    images = rng.integers(0, 256, (30, 1, 8, 8), dtype=np.uint8)
    save_arrays(tmp_path / "images.npz", images=images)
    save_arrays(tmp_path / "range.npz", nearest=rng.random(20), distance=rng.random(20))
    return tmp_path


def words(folder, name, *more):
    files = [word for need in resolve(METRICS, name, "metric").NEEDS
             for word in (f"--{option(need)}", str(folder / f"{need}.npz"))]  # fmt: skip
    if "--manifold" in files:
        place = files.index("--manifold") + 1
        files[place : place + 1] = ["polygons", "--manifold-set", "size=8"]
    if "--classifier" in files:
        files[files.index("--classifier") + 1] = "efficientnetlite0"
        files[files.index("--fake-features") + 1] = str(folder / "deep.npz")
    return ["--metric", name, *files, "--out-rows", str(folder / "rows.csv"),
            "--device", "cpu", "--set", *QUICK.get(name, []), *more]  # fmt: skip


def rows(folder):
    return {row["metric"]: row for row in csv.DictReader((folder / "rows.csv").open())}


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_metric_writes_tidy_rows_and_the_same_bytes_again(name, folder):
    texts = []
    for _ in range(2):
        compute_metric.main(words(folder, name))
        texts.append((folder / "rows.csv").read_bytes())
    assert texts[0] == texts[1]
    assert rows(folder)
    for row in rows(folder).values():
        assert list(row) == COLUMNS
        assert np.isfinite(float(row["value"]))


@pytest.mark.workflow  # several processes
def test_torch_is_imported_by_a_metric_of_the_gpu_only(folder):
    """It takes longer to import than most metrics take."""
    code = "import sys, compute_metric as c; c.main(sys.argv[1:]); print('torch' in sys.modules)"
    for name in ("kid", "copying"):
        argv = [sys.executable, "-c", code, *words(folder, name)]
        home = compute_metric.__file__.removesuffix("compute_metric.py")
        done = subprocess.run(
            argv, capture_output=True, text=True, check=True, cwd=home, timeout=99
        )
        assert done.stdout.split() == [str(resolve(METRICS, name, "metric").GPU)]


@pytest.mark.parametrize("name", sorted(METRICS))
def test_every_file_that_a_metric_needs_is_asked_for(name, folder):
    for need in resolve(METRICS, name, "metric").NEEDS:
        argv = words(folder, name)
        word = f"--{option(need)}"
        place = argv.index(word)
        del argv[place : place + 2]
        with pytest.raises(InputError, match=f"needs {word}: "):
            compute_metric.main(argv)
    assert not (folder / "rows.csv").exists()


@pytest.mark.parametrize("name", ["fid", "kid", "prd", "copying"])
def test_each_fault_is_one_sentence_and_nothing_is_written(name, folder):
    good = np.ones((30, 3))
    for features, message in (
        (np.ones((30, 7)), "same extractor"),
        (np.ones((0, 3)), "fake features have 0 row|fake.npz"),
        (np.full((30, 3), np.nan), "fake.npz.*not finite"),
    ):
        save_arrays(folder / "fake.npz", features=features)
        with pytest.raises(InputError, match=message):
            compute_metric.main(words(folder, name))
    save_arrays(folder / "fake.npz", features=good)
    (folder / "real.npz").unlink()
    with pytest.raises(InputError, match="real.npz does not exist"):
        compute_metric.main(words(folder, name))
    assert not (folder / "rows.csv").exists()


def test_the_distances_take_all_rows(folder):
    for name, metric in (("fid", "frechet_distance"), ("kid", "kernel_distance")):
        compute_metric.main(words(folder, name))
        row = rows(folder)[metric]
        assert (row["n_real"], row["n_fake"]) == ("100", "60")
        assert float(row["value"]) > 0
    assert 0 < 3 * float(rows(folder)["kernel_distance_se"]["value"]) < float(row["value"])


def test_prd_writes_the_scores_and_the_curve(folder):
    out = folder / "curve.csv"
    compute_metric.main([*words(folder, "prd"), "--seed", "3", "--out-curve", str(out)])
    found = rows(folder)
    assert list(found) == ["f8", "f1_8"]
    assert {(row["n_real"], row["n_fake"]) for row in found.values()} == {("60", "60")}
    assert float(found["f8"]["value"]) < 0.7 < 0.9 < float(found["f1_8"]["value"])
    curve = list(csv.DictReader(out.open()))
    assert len(curve) == 51
    assert list(curve[0]) == ["angle", "precision", "recall"]
    assert float(curve[0]["recall"]) == pytest.approx(0.5, abs=0.1)
    assert float(curve[-1]["precision"]) == pytest.approx(1)


def test_a_seed_repeats_the_curve_and_another_one_cuts_otherwise(folder):
    texts = []
    for seed in ("1", "1", "2"):
        out = folder / "curve.csv"
        compute_metric.main([*words(folder, "prd"), "--seed", seed, "--out-curve", str(out)])
        texts.append(out.read_bytes())
    assert texts[0] == texts[1] != texts[2]


def test_a_metric_without_a_curve_says_so(folder):
    with pytest.raises(InputError, match="kid has no curve"):
        compute_metric.main([*words(folder, "kid"), "--out-curve", str(folder / "curve.csv")])


def test_an_unknown_metric_or_setting_is_one_sentence(folder):
    with pytest.raises(InputError, match="cluster is not a known key"):
        compute_metric.main([*words(folder, "prd"), "cluster=3"])
    with pytest.raises(InputError, match="'fidd' is not a known metric; known: .*fid"):
        compute_metric.main(["--metric", "fidd", *words(folder, "fid")[2:]])


def test_sharpness_is_of_the_first_images(folder):
    texts = []
    for count in ("20", "30", None):
        compute_metric.main(words(folder, "sharpness") + (["--count", count] if count else []))
        texts.append((folder / "rows.csv").read_text())
    assert texts[0] != texts[1] == texts[2]
    assert rows(folder)["sharpness"]["n_fake"] == "30"


def test_precision_is_on_the_manifold_of_the_data_set_that_is_named(folder):
    settings = PolygonsSettings(train_count=40, test_count=1, size=8, corners=5)
    save_arrays(folder / "images.npz", images=Polygons(settings).splits()[0].images)
    found = {}
    for corners in ("5", "3"):
        argv = words(folder, "precision")
        argv[argv.index("size=8")] = f"corners={corners}"
        argv.insert(argv.index(f"corners={corners}"), "size=8")
        compute_metric.main([*argv, "references=1000", "delta=0.05"])
        found[corners] = float(rows(folder)["manifold_precision"]["value"])
    assert found["5"] == 1 > 0.5 > found["3"]


def test_a_data_set_without_a_known_manifold_is_refused(folder):
    argv = ["shapes" if word == "polygons" else word for word in words(folder, "precision")]
    with pytest.raises(InputError, match="manifold of 'shapes' is not known; use polygons"):
        compute_metric.main(argv)


def test_images_of_another_shape_than_the_manifolds_are_refused(folder):
    argv = ["size=12" if word == "size=8" else word for word in words(folder, "precision")]
    with pytest.raises(InputError, match=r"shape \(1, 8, 8\).*\(1, 12, 12\)"):
        compute_metric.main(argv)
