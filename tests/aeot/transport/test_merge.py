"""Merged points against a brute force over all pairs."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

from aeot.transport.merge import merge_close


def brute_force(codes, distance):
    apart = np.linalg.norm(codes[:, None] - codes[None], axis=2)
    labels = connected_components(apart <= distance, directed=False)[1]
    seen = {}
    return np.array([seen.setdefault(label, len(seen)) for label in labels])


@pytest.mark.parametrize("d", [1, 2, 5, 40])
@pytest.mark.parametrize("distance", [0.0, 0.01, 0.2])
def test_groups_are_the_components_of_all_close_pairs(d, distance):
    rng = np.random.default_rng(d)
    codes = rng.normal(size=(120, d))
    codes[60:90] = codes[:30] + distance * 0.9 * rng.normal(size=(30, d)) / d**0.5
    codes[90:] = codes[30:60]  # equal ones
    codes = codes.astype(np.float32)[rng.permutation(120)]
    groups = merge_close(codes, distance)
    assert groups.dtype == np.int64
    np.testing.assert_array_equal(groups, brute_force(codes, distance))


@pytest.mark.parametrize("scale", [1e-30, 1e-24, 1e24, 1e36])
def test_groups_do_not_hang_on_the_unit(scale):
    rng = np.random.default_rng(1)
    codes = rng.normal(size=(100, 5)).astype(np.float32)
    codes[50:] = codes[:50] + rng.normal(size=(50, 5)).astype(np.float32) * 1e-3
    plain = merge_close(codes, 2e-3)
    assert 50 < plain.max() + 1 < 100
    scaled = (codes.astype(np.float64) * scale).astype(np.float32)
    np.testing.assert_array_equal(merge_close(scaled, 2e-3 * scale), plain)


@pytest.mark.parametrize("offset", [0, 100, 1e5])
def test_equal_rows_are_found_far_from_the_origin(offset):
    # Projections of equal rows may be rounded differently, and the more the larger they are.
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(200, 17)) + offset).astype(np.float32)
    codes[100:] = codes[rng.permutation(100)]
    _, expected = np.unique(codes, axis=0, return_inverse=True)
    groups = merge_close(codes, 0.0)
    assert len(np.unique(groups)) == 100
    assert len(np.unique(np.stack([groups, expected.reshape(-1)]), axis=1).T) == 100


def test_a_chain_of_short_steps_is_one_group():
    line = np.random.default_rng(1).permutation(np.arange(0, 100, 0.5))[:, None]
    assert (merge_close(line.astype(np.float32), 0.5) == 0).all()
    assert (merge_close(line.astype(np.float32), 0.499) == np.arange(200)).all()


def test_groups_are_numbered_by_their_first_member():
    codes = np.array([[5.0], [1], [5], [0], [1], [9]], np.float32)
    assert merge_close(codes, 0).tolist() == [0, 1, 0, 2, 1, 3]


def test_points_alike_in_the_projection_are_still_told_apart():
    # Shifts at right angles to the projection's direction: all are neighbours in sorted order.
    direction = np.random.default_rng(0).normal(size=3)
    across = np.cross(direction, [1.0, 0, 0])
    codes = (np.arange(50)[:, None] * across).astype(np.float32)
    np.testing.assert_array_equal(merge_close(codes, 1e-3), np.arange(50))


@pytest.mark.parametrize("distance", [0.0, 1e-5])
def test_fifty_thousand_copies_of_a_point_are_one_group(distance):
    codes = np.tile(np.random.default_rng(2).normal(size=(1, 20)), (50_000, 1)).astype(np.float32)
    assert (merge_close(codes, distance) == 0).all()
    codes[25_000] += 1
    groups = merge_close(codes, distance)
    assert groups[25_000] == 1 == groups.sum()


def test_one_point_is_one_group():
    assert merge_close(np.ones((1, 3), np.float32), 0.1).tolist() == [0]
