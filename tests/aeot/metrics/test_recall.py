"""Recall and F1 on a known manifold, of distances that an inversion found."""

import numpy as np
import pytest

from aeot.datasets.polygons import PolygonManifold
from aeot.metrics.recall import Recall, f1

TRIANGLES = PolygonManifold(3, 20)


@pytest.fixture(scope="module")
def sets():
    """Half of 20 samples at 0.9 of the manifold; of 4 test images 3 near the range, 1 of a draw."""
    made = TRIANGLES.render(TRIANGLES.draw(20, np.random.default_rng(0)))
    made[::2, 0] -= 0.9
    images = np.rint(255 * made).astype(np.uint8).reshape(-1, 1, 20, 20)
    found = {"nearest": np.array([0.2, 0.8, 1.0, 2.0]), "distance": np.array([0.1, 0.5, 0.6, 1.9])}
    return {"images": images, "manifold": TRIANGLES, "range": found}


def values(score):
    return {row["metric"]: row["value"] for row in score.rows}


def test_recall_is_of_test_images_and_f1_of_both(sets):
    score = Recall(references=1000).score(sets)
    found = values(score)
    assert found["manifold_recall"] == 0.75 and found["nearest_recall"] == 0.25
    assert found["manifold_f1"] == pytest.approx(2 / (1 / 0.5 + 1 / 0.75))
    assert {(row["n_real"], row["n_fake"]) for row in score.rows} == {(4, 20)}


def test_the_curve_has_precision_and_recall_at_every_delta(sets):
    curve = Recall(references=1000, points=4, largest=3.0).score(sets).curve
    assert [row["delta"] for row in curve] == [0, 1, 2, 3]
    assert [row["recall"] for row in curve] == [0, 0.75, 1, 1]
    assert [row["nearest_recall"] for row in curve] == [0, 0.5, 0.75, 1]
    assert [row["precision"] for row in curve] == [0, 1, 1, 1]


def test_a_sampler_that_was_not_inverted_has_no_recall_of_its_range(sets):
    part = sets | {"range": {"nearest": sets["range"]["nearest"]}}
    score = Recall(references=1000).score(part)
    assert list(values(score)) == ["nearest_recall"]
    assert {row["recall"] for row in score.curve} == {""}


def test_f1_of_nothing_is_nothing():
    assert f1(0, 0) == 0 and f1(1, 0) == 0 and f1(1, 1) == 1
