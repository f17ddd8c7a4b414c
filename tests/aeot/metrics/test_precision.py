"""Precision on a known manifold: shares of images of known distances."""

import numpy as np
import pytest

from aeot.datasets.polygons import PolygonManifold
from aeot.metrics.precision import Precision, shares

TRIANGLES = PolygonManifold(3, 20)


@pytest.fixture(scope="module")
def images():
    """Bytes of 40 triangles; a corner pixel moves every fourth by 0.6, every eighth by 0.9."""
    made = TRIANGLES.render(TRIANGLES.draw(40, np.random.default_rng(0)))
    made[::4, 0] -= 0.6
    made[::8, 0] -= 0.3
    return np.rint(255 * made).astype(np.uint8).reshape(-1, 1, 20, 20)


def test_precision_is_the_share_below_the_studys_delta(images):
    score = Precision(references=2000).score({"images": images, "manifold": TRIANGLES})
    rows = {row["metric"]: row["value"] for row in score.rows}
    assert rows["manifold_precision"] == 35 / 40  # all but those at 0.9
    assert 0 < rows["manifold_distance"] < 0.02
    wide = Precision(references=2000, delta=0.95)
    rows = wide.score({"images": images, "manifold": TRIANGLES}).rows
    assert rows[0]["value"] == 1
    assert rows[0]["n_fake"] == 40


def test_the_curve_steps_at_the_known_distances(images):
    metric = Precision(references=2000, largest=1.0, points=101)
    score = metric.score({"images": images, "manifold": TRIANGLES})
    curve = {round(row["delta"], 2): row["precision"] for row in score.curve}
    assert len(curve) == 101 and curve[0] == 0
    assert curve[0.05] == curve[0.59] == 30 / 40
    assert curve[0.62] == curve[0.88] == 35 / 40
    assert curve[0.92] == curve[1.0] == 1


def test_what_is_at_delta_is_not_below_it():
    assert shares(np.array([0.5, 1.0, 0.0, 2.0]), np.array([0.0, 0.5, 0.6, 3.0])) == [
        0.0, 0.25, 0.5, 1.0,
    ]  # fmt: skip
