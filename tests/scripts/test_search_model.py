"""The command that searches: rows of all draws, the best again, and its sentences."""

import numpy as np
import pytest

import search_model
from aeot.errors import InputError
from aeot.files import load_rows, save_arrays
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
        (("--trainings", "0"), "--trainings and --checkpoints must be at least 1, --count at"),
        (("--count", "1"), "--count at least 2"),
        (("--metrics", "copying={}"), "copying needs train, which a search does not make"),
        (("--set", "pack=3"), "pack is not a known key"),
        (("--best-of", "absent.csv"), "absent.csv does not exist"),
        (("--train", "absent.npz"), "absent.npz does not exist"),
    ],
)
def test_a_wrong_word_leaves_nothing(place, change, fault):
    with pytest.raises(InputError, match=fault):
        search_model.main([*words(place), *change])
    assert not list(place.glob("draws.csv*"))
