"""Pictures of any origin: how they are read, the errors of their scores, the sheet of copies."""

import numpy as np
import pytest
from PIL import Image

from aeot import folders
from aeot.errors import InputError
from aeot.features.pixels import Pixels
from aeot.files import save_arrays
from aeot.metrics.coverage import Coverage
from aeot.metrics.fid import Fid
from aeot.metrics.fidinf import FidInfinity
from aeot.metrics.kid import Kid
from aeot.metrics.sharpness import Sharpness

RANDOM = np.random.default_rng(0)


@pytest.fixture
def places(tmp_path):
    """Six real pictures of 12 x 9 pixels, four to be scored of 8 x 8."""
    for name, count, shape in (("real", 6, (9, 12, 3)), ("fake", 4, (8, 8, 3))):
        (tmp_path / name).mkdir()
        for number in range(count):
            pixels = RANDOM.integers(0, 256, shape, dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{number}.png")
    return {name: str(tmp_path / name) for name in ("real", "fake")}


def test_all_are_as_large_as_those_to_be_scored_and_as_many(places):
    images = folders.read_all(places, None, "centre", 3, None, 0)
    assert {name: part.shape for name, part in images.items()} == {
        "fake": (4, 3, 8, 8), "real": (4, 3, 8, 8),
    }  # fmt: skip
    asked = folders.read_all(places, 5, "centre", 1, 3, 0)
    assert {part.shape for part in asked.values()} == {(3, 1, 5, 5)}


def test_the_seed_decides_which_real_pictures_are_kept_in_their_order(places):
    every = folders.read_pictures(places["real"], 8, "centre", 3)
    found = {}
    for seed in range(8):
        kept = folders.read_all(places, None, "centre", 3, None, seed)["real"]
        again = folders.read_all(places, None, "centre", 3, None, seed)["real"]
        numbers = [int(np.flatnonzero((every == image).all(axis=(1, 2, 3)))[0]) for image in kept]
        assert numbers == sorted(set(numbers)) and (kept == again).all()
        found[seed] = tuple(numbers)
    assert len(set(found.values())) > 1


def test_training_pictures_are_all_kept(places):
    images = folders.read_all(places | {"train": places["real"]}, None, "centre", 3, 2, 0)
    assert len(images["train"]) == 6 and len(images["fake"]) == 2


def test_more_than_there_are_is_one_sentence(places):
    with pytest.raises(InputError, match="--count 5: there are only 4 fake pictures"):
        folders.read_all(places, None, "centre", 3, 5, 0)


def test_files_of_the_workflow_are_taken_if_their_shapes_agree(places, tmp_path):
    save_arrays(tmp_path / "a.npz", images=np.zeros((5, 1, 8, 8), np.uint8))
    save_arrays(tmp_path / "b.npz", images=np.zeros((5, 3, 8, 8), np.uint8))
    both = {"fake": str(tmp_path / "a.npz"), "real": places["real"]}
    assert folders.read_all(both, None, "centre", 3, None, 0)["real"].shape == (5, 1, 8, 8)
    with pytest.raises(InputError, match=r"shape \(3, 8, 8\).*\(1, 8, 8\)"):
        folders.read_all({**both, "real": str(tmp_path / "b.npz")}, None, "centre", 3, None, 0)


def test_what_folders_do_not_have_is_named():
    with pytest.raises(InputError, match="copying needs features of all training images"):
        folders.choose_metrics(["fid", "copying"], False, Pixels())
    with pytest.raises(InputError, match="classscore needs the extractor"):
        folders.choose_metrics(["classscore"], False, Pixels())
    metrics, more = folders.choose_metrics(["fid", "copying"], True, Pixels())
    assert [type(metric).__name__ for metric in metrics] == ["Fid", "Copying"] and not more


@pytest.mark.long
def test_the_errors_are_the_deviations_of_repeated_draws():
    """The mean error against the deviation over draws, of distances and of a score of images."""
    rows, values = [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        real, fake = random.normal(size=(200, 4)), random.normal(0.5, 1.2, size=(200, 4))
        images = random.integers(0, 256, (200, 1, 8, 8), dtype=np.uint8)
        sets = {"real": real, "fake": fake, "images": images}
        found = folders.score_with_errors([Fid(), Kid(), Sharpness()], sets, 0, None)
        rows.append([row["error"] for row in found])
        values.append([row["value"] for row in found])
    error, deviation = np.sqrt(np.mean(np.square(rows), axis=0)), np.std(values, axis=0, ddof=1)
    np.testing.assert_allclose(error / deviation, 1, atol=0.35)


@pytest.mark.long
def test_errors_of_scores_that_are_not_smooth_are_not_too_small():
    """They may be too large: by chance of the scores' own, or of a neighbour that is left out."""
    rows, values = [], []
    for seed in range(20):
        random = np.random.default_rng(seed)
        sets = {"real": random.normal(size=(120, 4)), "fake": random.normal(0.5, 1.2, (120, 4))}
        found = folders.score_with_errors([FidInfinity(points=5), Coverage()], sets, 0, None)
        rows.append([row["error"] for row in found])
        values.append([row["value"] for row in found])
    ratio = np.sqrt(np.mean(np.square(rows), axis=0)) / np.std(values, axis=0, ddof=1)
    assert (ratio > 0.7).all() and (ratio < 3.5).all()


@pytest.mark.parametrize(
    ("size", "count", "words"),
    [(0, None, "--size must be at least 4"), (None, 1, "--count must be at least 2"),
     (None, -1, "--count must be at least 2")],
)  # fmt: skip
def test_numbers_that_are_too_small_are_named(size, count, words, places):
    with pytest.raises(InputError, match=words):
        folders.read_all(places, size, "centre", 3, count, 0)


def test_images_and_their_features_lose_the_same_rows():
    class Pair(Fid):
        NEEDS = ("fake", "images")

        def score(self, sets, seed=0, device=None):
            assert (sets["images"][:, 0, 0, 0] == sets["fake"][:, 0]).all()
            return super().score({"real": sets["real"], "fake": sets["fake"]})

    numbers = np.arange(40)
    sets = {"real": RANDOM.normal(size=(40, 2)), "fake": numbers[:, None].repeat(2, 1),
            "images": numbers.astype(np.uint8).reshape(40, 1, 1, 1)}  # fmt: skip
    folders.score_with_errors([Pair()], sets, 0, None)


def test_too_few_to_spare_a_group_have_no_error():
    sets = {name: RANDOM.normal(size=(2, 3)) for name in ("real", "fake")}
    (row,) = folders.score_with_errors([Fid()], sets, 0, None)
    assert np.isfinite(row["value"]) and np.isnan(row["error"])
    assert folders.format_rows([row]).splitlines()[1].split()[2] == "-"


def test_the_sheet_has_the_nearest_first_each_beside_its_own():
    images = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1).repeat(2, 2).repeat(2, 3)
    known = 100 + images
    distance, place = np.array([5, 4, 3, 2, 1, 0]), np.array([0, 1, 2, 3, 4, 0])
    sheet = folders.lay_pairs(images, known, distance, place)
    side = 2 + folders.GAP
    assert sheet.shape == (2 * side, 4 * (4 + folders.GAP), 1)
    assert sheet[0, :5, 0].tolist() == [5, 5, 100, 100, 255]
    corners = sheet[::side, :: 4 + folders.GAP, 0]
    assert corners.tolist() == [[5, 4, 3, 2], [1, 0, 255, 255]]
