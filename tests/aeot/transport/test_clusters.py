"""Isolated clusters against brute force and by construction."""

import numpy as np
import pytest
import torch

from aeot.transport.cells import Planes
from aeot.transport.clusters import distances, find_clusters


def clusters_of(y, scale=1.0):
    return find_clusters(Planes(torch.from_numpy(scale * y)))


def groups(count, size, width, d=6, seed=0):
    """Codes in groups of a given width about N(0, I), and the group of each."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(count, 1, d)) + width * rng.normal(size=(count, size, d))
    order = rng.permutation(count * size)
    return y.reshape(-1, d)[order], np.arange(count * size)[order] // size


def same(labels):
    labels = np.asarray(labels)
    return labels[:, None] == labels


def apart_of(y):
    apart = torch.cdist(
        torch.from_numpy(y), torch.from_numpy(y), compute_mode="donot_use_mm_for_euclid_dist"
    ).numpy()
    np.fill_diagonal(apart, np.inf)
    return apart


@pytest.mark.parametrize("d", [8, 16])
def test_codes_of_one_crowd_are_in_no_cluster(d):
    y = np.random.default_rng(d).normal(size=(300, d))
    found = clusters_of(y)
    assert not found.crowded.any()
    assert len(found.first) == len(found.labels.unique()) == 300
    np.testing.assert_allclose(found.apart, apart_of(y).min(axis=1), rtol=1e-5)
    np.testing.assert_allclose(found.usual, np.median(found.apart))


@pytest.mark.parametrize("scale", [1e-2, 1.0, 30.0])
@pytest.mark.parametrize(
    ("count", "size", "twins"), [(50, 2, True), (20, 30, True), (8, 60, False)]
)
def test_groups_far_from_each_other_are_clusters(count, size, twins, scale):
    y, group = groups(count, size, 1e-3)
    found = clusters_of(y, scale)
    assert (same(found.labels) == same(group)).all()
    assert found.crowded.all()
    assert (found.twins == twins).all()
    assert sorted(group[found.first]) == list(range(count))


def test_links_join_twins_and_only_them():
    y, group = groups(20, 5, 1e-3)
    i, j = clusters_of(y).links
    assert (group[i] == group[j]).all()
    reached = np.eye(100, dtype=int)
    reached[i, j] = reached[j, i] = 1
    assert ((np.linalg.matrix_power(reached, 5) > 0) == same(group)).all()
    assert clusters_of(groups(8, 60, 1e-3)[0]).links.numel() == 0  # modes are no twins


def test_how_far_off_the_others_are_leaves_twins_out():
    y, group = groups(50, 2, 1e-4)
    expected = np.where(same(group), np.inf, apart_of(y)).min(axis=1)
    # Groups are joined through one point each: the true nearest may lie behind another group.
    found = clusters_of(y).apart.numpy()
    assert (found > 0.99 * expected).all()
    assert np.median(found / expected) < 1.2


def test_a_mode_has_its_own_usual_distance():
    wide, narrow = np.random.default_rng(0).normal(size=(2, 100, 8))
    y = np.concatenate([wide, 50 + 1e-2 * narrow])
    found = clusters_of(y)
    assert len(found.labels[100:].unique()) == 1
    least = apart_of(y).min(axis=1)
    np.testing.assert_allclose(found.usual[100:], np.median(least[100:]), rtol=1e-3)


def test_the_bulk_beside_some_outliers_is_no_cluster():
    y = np.random.default_rng(1).normal(size=(200, 8))
    y[:5] *= 1e3
    assert not clusters_of(y).crowded.any()


@pytest.mark.parametrize("count", [2, 3])
def test_few_points_are_enough(count):
    found = clusters_of(np.arange(float(count))[:, None] ** 2)
    assert not found.crowded.any()
    assert torch.isfinite(found.apart).all()


def test_distances_do_not_depend_on_the_chunk(monkeypatch):
    y = torch.randn(50, 3)
    i, j = torch.randint(50, (2, 200))
    whole = distances(y, i, j)
    monkeypatch.setattr("aeot.transport.clusters._CHUNK", 7)
    assert torch.equal(distances(y, i, j), whole)
    torch.testing.assert_close(whole, (y[i] - y[j]).double().norm(dim=1).clamp_min(1e-300))
