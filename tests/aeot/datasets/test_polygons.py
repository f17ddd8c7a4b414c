"""Polygons: the exact share of pixels, and the family of compare_gan v1."""

import itertools

import numpy as np
import pytest
from matplotlib.path import Path as Outline

from aeot.datasets.polygons import PolygonManifold, Polygons, PolygonsSettings, coverage
from aeot.errors import InputError


@pytest.fixture
def triangles():
    return PolygonManifold(3, 28)


def area(vertices):
    """Areas by the shoelace formula."""
    x, y = vertices[..., 0], vertices[..., 1]
    return 0.5 * (x * np.roll(y, -1, axis=1) - y * np.roll(x, -1, axis=1)).sum(axis=1)


@pytest.mark.parametrize("corners", [3, 4, 7])
def test_a_pixel_is_the_share_of_points_outside(corners):
    manifold = PolygonManifold(corners, 16)
    parameters = manifold.draw(4, np.random.default_rng(0))
    fine = 32  # points along each side of a pixel
    points = (np.arange(16 * fine) + 0.5) / fine
    x, y = np.meshgrid(points, points)
    images = manifold.render(parameters).reshape(-1, 16, 16)
    for image, vertices in zip(images, manifold.vertices(parameters), strict=True):
        inside = Outline(vertices).contains_points(np.stack([x.ravel(), y.ravel()], axis=1))
        counted = 1 - inside.reshape(16, fine, 16, fine).mean(axis=(1, 3))
        np.testing.assert_allclose(image, counted, atol=0.03)
        assert abs(image - counted).mean() < 1e-3


def test_the_covered_area_is_the_polygons():
    manifold = PolygonManifold(5, 28)
    vertices = manifold.vertices(manifold.draw(300, np.random.default_rng(1)))
    np.testing.assert_allclose(coverage(vertices, 28).sum(axis=(1, 2)), area(vertices), atol=1e-9)


def test_edges_along_lines_of_pixels_are_exact():
    square = np.array([[[2.0, 3.0], [6.5, 3.0], [6.5, 8.25], [2.0, 8.25]]])
    want = np.zeros((10, 10))
    want[3:8, 2:6], want[3:8, 6] = 1, 0.5
    want[8, 2:6], want[8, 6] = 0.25, 0.125
    np.testing.assert_allclose(coverage(square, 10)[0], want, atol=1e-8)


def test_corners_are_those_of_compare_gan(triangles):
    rng = np.random.default_rng(2)
    for u in rng.random((20, 4)):
        # As that code has it: on the unit square, turned about the origin, scaled, moved.
        angles = np.radians(120 * np.arange(3) + 10 + 110 * u[:3])
        corners = np.stack([(np.cos(angles) + 1) / 2, (np.sin(angles) + 1) / 2], axis=1)
        turn = np.radians(2 * np.pi * u[3])  # converted to radians twice
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        corners = 28 * 0.75 * corners @ matrix.T
        corners += 14 - corners.mean(axis=0)
        np.testing.assert_allclose(triangles.vertices(u[None])[0], corners, atol=1e-12)


@pytest.mark.parametrize("corners", range(3, 9))
def test_the_extreme_polygons_lie_wholly_inside_the_frame(corners):
    manifold = PolygonManifold(corners, 28)
    ends = np.array(list(itertools.product([0.0, 1.0], repeat=corners + 1)))
    vertices = manifold.vertices(ends)
    assert vertices.min() > 0.5 and vertices.max() < 27.5
    edges = np.roll(vertices, -1, axis=1) - vertices
    following = np.roll(edges, -1, axis=1)
    turns = edges[..., 0] * following[..., 1] - edges[..., 1] * following[..., 0]
    assert (turns > 0).all()  # convex


def test_no_two_corners_are_nearer_than_ten_degrees(triangles):
    ends = np.array(list(itertools.product([0.0, 1.0], repeat=4)))
    vertices = triangles.vertices(ends)
    edges = np.linalg.norm(vertices - np.roll(vertices, 1, axis=1), axis=2)
    assert edges.min() == pytest.approx(2 * 10.5 * np.sin(np.radians(5)))


def test_the_jacobian_is_that_of_central_differences(triangles):
    parameters = triangles.draw(50, np.random.default_rng(3))
    found = triangles.jacobian(parameters, triangles.render(parameters))
    for k in range(4):
        step = 1e-5 * np.eye(4)[k]
        up, down = triangles.render(parameters + step), triangles.render(parameters - step)
        np.testing.assert_allclose(found[:, :, k], (up - down) / 2e-5, atol=0.02)


def test_the_inside_is_black_and_bytes_are_rounded():
    settings = PolygonsSettings(train_count=200, test_count=3)
    (train, test), manifold = Polygons(settings).splits(), Polygons.manifold(settings)
    assert train.images.shape == (200, 1, 28, 28) and train.images[:, 0, 0, 0].min() == 255
    assert (train.images[:, 0, 12:16, 12:16].min(axis=(1, 2)) == 0).mean() > 0.9
    assert train.labels is None and test.labels is None
    dark = (1 - train.images / 255).sum(axis=(1, 2, 3))
    vertices = manifold.vertices(manifold.draw(4000, np.random.default_rng(0)))
    assert dark.mean() == pytest.approx(area(vertices).mean(), rel=0.05)


def test_the_other_splits_count_moves_nothing():
    few = Polygons(PolygonsSettings(train_count=20, test_count=1)).splits()[0]
    many = Polygons(PolygonsSettings(train_count=20, test_count=90)).splits()[0]
    np.testing.assert_array_equal(few.images, many.images)


def test_two_corners_are_refused():
    with pytest.raises(InputError, match="corners"):
        PolygonsSettings.from_items(["corners=2"])
