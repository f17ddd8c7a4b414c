"""The distance to a known manifold: known offsets, bounds, and a search over a fine grid."""

import itertools

import numpy as np
import pytest

from aeot.datasets.manifold import Manifold
from aeot.datasets.polygons import PolygonManifold
from aeot.metrics.manifold import fit, nearest, project


class Ellipse(Manifold):
    """A quarter of an ellipse in the plane."""

    parameters, shape = 1, (1, 1, 2)

    def render(self, parameters):
        """See `Manifold`."""
        angle = np.pi / 2 * parameters[:, 0]
        return np.stack([np.cos(angle), 0.5 * np.sin(angle)], axis=1)


@pytest.fixture(scope="module")
def triangles():
    return PolygonManifold(3, 20)


@pytest.mark.parametrize("corners", [3, 4, 6])
def test_what_can_be_drawn_has_no_distance(corners):
    manifold = PolygonManifold(corners, 20)
    images = manifold.render(manifold.draw(60, np.random.default_rng(0)))
    found = project(images, manifold, references=2000)
    assert found.distance.max() < 1e-4
    np.testing.assert_allclose(manifold.render(found.parameters), images, atol=1e-4)


def test_rounding_to_bytes_is_all_that_is_left_of_the_data_sets_images(triangles):
    images = triangles.render(triangles.draw(60, np.random.default_rng(1)))
    found = project(np.rint(255 * images) / 255, triangles, references=2000)
    assert found.distance.max() <= 0.5 / 255 * np.sqrt((images % 1 > 0).sum(axis=1)).max()


def test_an_offset_that_is_orthogonal_to_the_manifold_is_the_distance(triangles):
    rng = np.random.default_rng(2)
    parameters = 0.2 + 0.6 * triangles.draw(30, rng)
    images = triangles.render(parameters)
    tangents = triangles.jacobian(parameters, images)[:, :, :3]
    offsets = []
    for tangent in tangents:
        basis, _ = np.linalg.qr(tangent)
        noise = rng.normal(size=len(tangent))
        noise -= basis @ (basis.T @ noise)
        offsets.append(noise / np.linalg.norm(noise))
    for size in (0.05, 0.3):
        found = project(images + size * np.array(offsets), triangles, references=2000)
        np.testing.assert_allclose(found.distance, size, rtol=2e-3)


def test_pixels_that_no_polygon_touches_are_the_distance_for_any_offset(triangles):
    images = triangles.render(triangles.draw(20, np.random.default_rng(3)))
    images[:, :4] -= 0.9  # of the first row, which lies outside
    found = project(images, triangles, references=2000)
    np.testing.assert_allclose(found.distance, 1.8, rtol=1e-6)


@pytest.mark.long
def test_no_point_of_a_fine_grid_is_nearer():
    manifold = PolygonManifold(3, 8)
    grid = np.array(list(itertools.product(*[np.linspace(0, 1, 25)] * 3, [0.0, 0.5, 1.0])))
    made = manifold.render(grid)
    rng = np.random.default_rng(4)
    images = np.concatenate([rng.random((10, 64)), made[::4001] + 0.2 * rng.normal(size=(12, 64))])
    found = project(images, manifold, references=2000, starts=4).distance
    least = np.array([np.linalg.norm(made - image, axis=1).min() for image in images])
    assert (found <= least + 1e-6).all()
    assert (found > least - 0.15).all()  # half of the grid's spacing


def test_the_end_of_the_manifold_is_kept_to():
    angles = np.radians([-30, 0, 40, 90, 140])
    points = 1.3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = project(points, Ellipse(), references=50)
    dense = Ellipse().render(np.linspace(0, 1, 200_001)[:, None])
    want = [np.linalg.norm(dense - point, axis=1).min() for point in points]
    np.testing.assert_allclose(found.distance, want, atol=1e-6)
    assert found.parameters[0] == 0 and found.parameters[-1] == 1


def test_a_polygon_beyond_the_bounds_has_a_distance(triangles):
    beyond = np.array([[-0.2, 0.5, 0.5, 0.0], [0.5, 1.2, 0.5, 1.0]])
    images = triangles.render(beyond)
    free = np.array([[0.0, 0.5, 0.5, 0.0], [0.5, 1.0, 0.5, 1.0]])
    found = project(images, triangles, references=2000)
    at_bound = np.linalg.norm(triangles.render(free) - images, axis=1)
    assert (found.distance > 0.3).all() and (found.distance <= at_bound).all()


def test_a_fit_never_ends_farther_than_it_starts(triangles):
    rng = np.random.default_rng(5)
    images, start = rng.random((40, 400)), triangles.draw(40, rng)
    before = np.linalg.norm(triangles.render(start) - images, axis=1)
    found = fit(images, start, triangles)
    assert (found.distance < before).all()
    assert ((found.parameters >= 0) & (found.parameters <= 1)).all()
    made = triangles.render(found.parameters)
    np.testing.assert_allclose(found.distance, np.linalg.norm(images - made, axis=1))


@pytest.mark.long
def test_images_do_not_depend_on_their_company_and_a_seed_repeats(triangles):
    images = np.random.default_rng(6).random((140, 400))  # more than are fitted at once
    whole = project(images, triangles, references=300, seed=3).distance
    alone = project(images[130:], triangles, references=300, seed=3).distance
    np.testing.assert_allclose(whole[130:], alone, rtol=1e-6)
    again = project(images, triangles, references=300, seed=3).distance
    np.testing.assert_array_equal(whole, again)


def test_the_nearest_references_come_in_order():
    rng = np.random.default_rng(7)
    images, references = rng.random((9, 5)), rng.random((70, 5))
    distances = np.linalg.norm(images[:, None] - references, axis=2)
    np.testing.assert_array_equal(nearest(images, references, 4), distances.argsort(axis=1)[:, :4])
