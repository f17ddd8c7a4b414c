"""A folder of pictures scored from the command line."""

import numpy as np
import pytest
from PIL import Image

import score_folder
from aeot.errors import InputError
from aeot.features.extraction import extract
from aeot.features.pixels import Pixels
from aeot.files import load_rows
from aeot.folders import read_pictures
from aeot.metrics.fid import frechet_distance

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Bright and dark pictures, and copies of the dark ones."""
    folder = tmp_path_factory.mktemp("pictures")
    for name, low in (("dark", 0), ("bright", 100), ("new", 0)):
        (folder / name).mkdir()
        for number in range(40):
            pixels = low + RANDOM.integers(0, 100, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number:02}.png")
    return folder


def score(place, tmp_path, real, fake, *words):
    score_folder.main([
        "--real", str(place / real), "--fake", str(place / fake), "--extractor", "pixels",
        "--device", "cpu", "--threads", "1", "--out-rows", str(tmp_path / "scores.csv"), *words,
    ])  # fmt: skip
    return {row["metric"]: row for row in load_rows(tmp_path / "scores.csv")}


def test_the_distance_is_that_of_the_features_and_tells_dark_from_bright(place, tmp_path):
    near = score(place, tmp_path, "dark", "new", "--metrics", "fid", "kid", "coverage")
    far = score(place, tmp_path, "dark", "bright", "--metrics", "fid", "kid", "coverage")
    features = [
        extract(Pixels(), read_pictures(place / name, 8, "centre", 3), "cpu")
        for name in ("dark", "new")
    ]
    assert float(near["frechet_distance"]["value"]) == pytest.approx(frechet_distance(*features))
    assert near["frechet_distance"]["n_real"] == near["frechet_distance"]["n_fake"] == "40"
    difference = [float(rows["frechet_distance"]["value"]) for rows in (far, near)]
    errors = [float(rows["frechet_distance"]["error"]) for rows in (far, near)]
    assert difference[0] - difference[1] > 5 * sum(errors) > 0
    assert float(far["coverage"]["value"]) == 0 < float(near["coverage"]["value"])


def test_copies_are_found_and_shown(place, tmp_path, capsys):
    """What is scored is what was trained on: no novelty, and pairs of equal pictures."""
    words = ["--train", str(place / "dark"), "--out-sheet", str(tmp_path / "sheet.png")]
    copied = score(place, tmp_path, "new", "dark", "--metrics", "copying", *words)
    assert float(copied["novelty"]["value"]) == 0
    assert float(copied["authenticity"]["value"]) == 0
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert (sheet[:8, :8] == sheet[:8, 8:16]).all() and (sheet[:8, 16:20] == 255).all()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:2] == ["metric", "value"] and lines[1].split()[0] == "novelty"


def test_a_missing_folder_is_one_sentence_and_writes_nothing(place, tmp_path):
    with pytest.raises(InputError, match="absent is neither a folder of pictures nor an .npz"):
        score(place, tmp_path, "dark", "absent")
    assert list(tmp_path.iterdir()) == []
