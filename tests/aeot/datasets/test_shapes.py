import numpy as np
import pytest

from aeot.datasets.shapes import SHAPES, Shapes, ShapesSettings, coverage
from aeot.errors import InputError

AREAS = {  # of a shape whose circumscribed circle has radius 1
    "disc": np.pi,
    "square": 2.0,
    "triangle": 3 * np.sqrt(3) / 4,
    "ring": np.pi * (1 - 0.25),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_covered_area_is_the_shapes(shape):
    # Radius 0.16 to 0.28 of the frame; 128 pixels make the edge's share small.
    numbers = np.random.default_rng(0).random((20, 4))
    labels = np.full(20, SHAPES.index(shape))
    area = coverage(labels, numbers, 128).sum(axis=(1, 2))
    radius = 128 * (0.16 + 0.12 * numbers[:, 2])
    np.testing.assert_allclose(area, AREAS[shape] * radius**2, rtol=0.02)


def test_shapes_lie_wholly_inside_the_frame():
    numbers = np.random.default_rng(1).integers(0, 2, (400, 4)) * (1 - 1e-9)  # extreme ones
    cover = coverage(np.arange(400) % 4, numbers, 28)
    edge = np.concatenate([cover[:, 0], cover[:, -1], cover[:, :, 0], cover[:, :, -1]])
    assert (edge == 0).all() and (cover.max(axis=(1, 2)) > 0.9).all()


def test_edges_are_anti_aliased():
    cover = coverage(np.zeros(1, int), np.full((1, 4), 0.5), 28)
    assert ((cover > 0) & (cover < 1)).sum() > 10


def test_colour_and_size_are_settings():
    settings = ShapesSettings(train_count=30, test_count=10, size=16, channels=3)
    train, test = Shapes(settings).splits()
    assert train.images.shape == (30, 3, 16, 16) and test.images.shape == (10, 3, 16, 16)
    assert not np.array_equal(train.images[:, 0], train.images[:, 1])


def test_every_shape_is_drawn():
    train, _ = Shapes(ShapesSettings(train_count=200, test_count=1)).splits()
    assert (np.bincount(train.labels, minlength=len(SHAPES)) > 20).all()


def test_the_other_splits_count_moves_nothing():
    few = Shapes(ShapesSettings(train_count=20, test_count=1)).splits()[0]
    many = Shapes(ShapesSettings(train_count=20, test_count=300)).splits()[0]
    np.testing.assert_array_equal(few.images, many.images)


def test_two_channels_are_refused():
    with pytest.raises(InputError, match="channels"):
        ShapesSettings.from_items(["channels=2"])
