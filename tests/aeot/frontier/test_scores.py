import numpy as np
import pytest
import torch

from aeot.errors import InputError
from aeot.frontier.scores import COLUMNS, Known, frontier_rows
from aeot.metrics.fid import frechet_distance
from aeot.metrics.training_images import TrainingImages
from aeot.seeding import numpy_generator

RNG = numpy_generator(0, "codes")
TRAIN = RNG.normal(size=(50, 4)).astype(np.float32)
TEST = RNG.normal(size=(30, 4)).astype(np.float32)
MATRIX = RNG.normal(size=(4, 6))


def features_of(codes):
    return (codes.astype(float) @ MATRIX) ** 2


CODES, FEATURES = (
    TrainingImages(rows, torch.device("cpu")) for rows in (TRAIN, features_of(TRAIN))
)
KNOWN = Known(CODES, FEATURES, TEST, features_of(TEST), features_of(TEST) + 0.1)


def median_distance(points, among):
    return np.median(np.linalg.norm(points[:, None] - among[None], axis=2).min(1))


def test_copies_have_no_novelty_and_test_codes_one():
    copies, ends = (
        frontier_rows(codes[None, None], [""], [""], KNOWN, features_of)[0]
        for codes in (TRAIN, TEST)
    )
    assert copies["novelty_codes"] == copies["novelty_features"] == copies["authenticity"] == 0
    assert ends["novelty_codes"] == ends["novelty_features"] == 1
    assert (ends["n_real"], ends["n_fake"]) == (30, 30)


def test_scores_are_those_of_the_places_by_hand():
    codes = np.stack([TRAIN[:20] + step for step in (0.1, 0.2, 0.5, 0.6)]).astype(np.float32)
    rows = frontier_rows(codes.reshape(2, 2, 20, 4), ["a", "b"], [3, 4], KNOWN, features_of)
    keys = [(row["value"], row["draw"], row["seconds"]) for row in rows]
    assert keys == [("a", 0, 3), ("a", 1, 3), ("b", 0, 4), ("b", 1, 4)]
    for row, place in zip(rows, codes.astype(float), strict=True):
        assert list(row) == COLUMNS
        unit = median_distance(TEST.astype(float), TRAIN.astype(float))
        assert row["novelty_codes"] == pytest.approx(
            median_distance(place, TRAIN.astype(float)) / unit
        )
        unit = median_distance(KNOWN.test_features, FEATURES.rows)
        assert row["novelty_features"] == pytest.approx(
            median_distance(features_of(place), FEATURES.rows) / unit
        )
        expected = frechet_distance(KNOWN.real, features_of(place))
        assert row["frechet_distance"] == pytest.approx(expected)
    assert 0 < rows[0]["novelty_codes"] < rows[1]["novelty_codes"]


def test_every_place_needs_a_value():
    with pytest.raises(InputError, match="2 sets of codes have 1 values"):
        frontier_rows(np.stack([TRAIN, TRAIN])[:, None], [""], [""], KNOWN, features_of)


def test_test_codes_that_are_training_codes_are_no_unit():
    known = Known(CODES, FEATURES, TRAIN[:5], FEATURES.rows[:5], KNOWN.real)
    with pytest.raises(InputError, match="half of the test codes are training codes"):
        frontier_rows(TEST[None, None], [""], [""], known, features_of)


def test_different_codes_that_decode_to_one_picture_are_not_called_training_codes():
    """As a barely trained decoder does it: the codes are right, the pictures are not."""
    grey = np.ones((50, 6))
    flat = TrainingImages(grey, torch.device("cpu"))
    known = Known(CODES, flat, TEST, grey[:30], KNOWN.real)
    with pytest.raises(InputError, match="decode to the same images") as caught:
        frontier_rows(TEST[None, None], [""], [""], known, features_of)
    text = str(caught.value)
    assert "test codes differ from the training codes" in text and "decoder_epochs" in text
    assert "split the data" not in text
