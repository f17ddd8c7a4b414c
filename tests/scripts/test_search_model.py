"""The command that searches: rows of all draws, the best again, and its sentences."""

import numpy as np
import pytest

import score_samples
import search_model
from aeot.errors import InputError
from aeot.files import load_rows, save_arrays, save_json
from aeot.metrics.base import known_manifold
from aeot.search.rows import COLUMNS


@pytest.fixture
def place(tmp_path):
    """A folder with training images and features."""
    rng = np.random.default_rng(0)
    save_arrays(tmp_path / "train.npz", images=rng.integers(0, 256, (20, 1, 8, 8), dtype=np.uint8))
    save_arrays(tmp_path / "real.npz", features=rng.normal(size=(30, 1280)).astype(np.float32))
    return tmp_path


def words(folder, *more, out="draws.csv", trainings=2):
    return [
        *("--model", "vae", "--train", str(folder / "train.npz"), "--device", "cpu"),
        *("--real-features", str(folder / "real.npz"), "--extractor", "efficientnetlite0"),
        *("--extractor-set", "size=32", "--set", "steps=4", "width=2", "codes=3", "batch_size=5"),
        *("--trainings", str(trainings), "--checkpoints", "2", "--count", "6", "--seed", "1"),
        *("--out-rows", str(folder / out)), *more,
    ]  # fmt: skip


def timeless(path):
    return [{key: cell for key, cell in row.items() if key != "seconds"} for row in load_rows(path)]


@pytest.mark.long
def test_a_search_and_its_best_again(place):
    metrics = ("--metrics", "sharpness={}", 'prd={"runs": 1, "clusters": 2}')
    search_model.main(words(place, *metrics))
    rows = load_rows(place / "draws.csv", *COLUMNS)
    assert list(rows[0]) == COLUMNS
    names = {row["metric"] for row in rows}
    assert {"frechet_distance", "sharpness", "f8", "f1_8"} <= names
    assert len(rows) == 2 * 2 * len(names)
    counts = {(row["n_real"], row["n_fake"]) for row in rows if row["metric"] == "frechet_distance"}
    assert counts == {("30", "6")}
    distances = {row["draw"]: [] for row in rows}
    for row in rows:
        if row["metric"] == "frechet_distance":
            distances[row["draw"]].append(float(row["value"]))
    best = min(distances, key=lambda draw: min(distances[draw]))

    again = ("--best-of", str(place / "draws.csv"))
    search_model.main(words(place, *again, out="reruns.csv", trainings=3))
    runs = load_rows(place / "reruns.csv")
    assert {row["draw"] for row in runs} == {best}
    assert [row["run"] for row in runs] == ["0", "0", "1", "1", "2", "2"]
    wanted = {row["hyperparameters"] for row in rows if row["draw"] == best}
    assert {row["hyperparameters"] for row in runs} == wanted
    assert len({row["value"] for row in runs}) == 6  # every seed is another training


@pytest.mark.long
def test_the_same_command_gives_the_same_rows(place):
    search_model.main(words(place))
    search_model.main(words(place, out="again.csv", trainings=1))
    first = timeless(place / "draws.csv")
    assert timeless(place / "again.csv") == [row for row in first if row["draw"] == "0"]
    before = (place / "draws.csv").read_bytes()
    search_model.main(words(place))
    assert (place / "draws.csv").read_bytes() == before  # nothing was trained, not even the seconds


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("--model", "gann"), "'gann' is not a known model of images; known: aae"),
        (("--trainings", "0"), "--trainings and --checkpoints must be at least 1"),
        (("--count", "1"), "--count must be at least 2"),
        (("--metrics", "copying={}"), "copying needs train, which a search does not compute"),
        (("--set", "pack=3"), "pack is not a known key"),
        (("--best-of", "absent.csv"), "absent.csv does not exist"),
        (("--train", "absent.npz"), "absent.npz does not exist"),
    ],
)
def test_a_wrong_word_leaves_nothing(place, change, fault):
    with pytest.raises(InputError, match=fault):
        search_model.main([*words(place), *change])
    assert not list(place.glob("draws.csv*"))


@pytest.fixture
def triangles(place):
    """The same folder with triangles, whose manifold is known."""
    rng = np.random.default_rng(0)
    manifold = known_manifold("polygons", ["size=8"])
    pixels = manifold.render(manifold.draw(20, rng)).reshape(20, *manifold.shape)
    save_arrays(place / "train.npz", images=np.round(pixels * 255).astype(np.uint8))
    return place


MANIFOLD = ("--manifold", "polygons", "--manifold-set", "size=8", "--metrics")
RECALL = (*MANIFOLD, 'recall={"references": 100, "points": 5}')


@pytest.mark.long
def test_f1_of_a_search_is_that_of_the_model_as_it_draws(triangles):
    """Models that draw what the test images are of have recall 1 from a delta that is large."""
    test = ("--test", str(triangles / "train.npz"), "--inversion-set", "steps=2", "draws=20")
    wide = (*MANIFOLD, 'recall={"delta": 50, "largest": 60, "references": 100}')
    search_model.main([*words(triangles, trainings=1), *wide, *test])
    rows = load_rows(triangles / "draws.csv", *COLUMNS)
    for name in ("manifold_recall", "manifold_f1", "nearest_recall"):
        assert [row["value"] for row in rows if row["metric"] == name] == ["1.0"] * 2
    before = [float(row["value"]) for row in rows if row["metric"] == "frechet_distance"]
    search_model.main(words(triangles, out="without.csv", trainings=1))
    after = [float(row["value"]) for row in load_rows(triangles / "without.csv")]
    assert after == before  # the search for test images changes nothing of the training


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (RECALL, "needs test images, or their distances"),
        (("--metrics", "recall={}", "--test", "train.npz"), "this metric needs --manifold"),
    ],
)
def test_what_a_score_lacks_is_one_sentence(triangles, more, fault):
    more = [str(triangles / word) if word == "train.npz" else word for word in more]
    with pytest.raises(InputError, match=fault):
        search_model.main([*words(triangles), *more])
    assert not list(triangles.glob("draws.csv*"))


def test_samples_are_scored_as_a_search_scores(triangles):
    save_json(triangles / "report.json", {"seconds": 3.5})
    save_arrays(triangles / "range.npz", nearest=np.array([0.1, 9.0]), distance=np.zeros(2))
    common = words(triangles)
    options = common[common.index("--real-features") : common.index("--set")]
    score_samples.main([
        *options, "--samples", str(triangles / "train.npz"), *RECALL, "--count", "12",
        "--reports", str(triangles / "report.json"), "--range", str(triangles / "range.npz"),
        "--out-rows", str(triangles / "draws.csv"), "--device", "cpu",
    ])  # fmt: skip
    rows = {row["metric"]: row for row in load_rows(triangles / "draws.csv", *COLUMNS)}
    assert rows["nearest_recall"]["value"] == "0.5" and rows["manifold_recall"]["value"] == "1.0"
    assert rows["manifold_f1"]["value"] == "1.0"  # samples are images of the manifold
    own = rows["frechet_distance"]
    assert (own["draw"], own["step"], own["seconds"], own["n_fake"]) == ("0", "", "3.5", "12")
