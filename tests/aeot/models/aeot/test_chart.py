import math

import numpy as np
import pytest
import torch

from aeot.models.aeot.chart import displacement, nearest_codes, shift
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.seeding import numpy_generator, torch_generator
from aeot.transport.map import TransportMap
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import solve

CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)


def make_map(support, heights, source="uniform"):
    support = np.array(support, dtype=np.float32)
    masses = np.full(len(support), 1 / len(support))
    return TransportMap(support, np.array(heights, dtype=np.float64), masses, source)


@pytest.fixture
def corners():
    """Cells that are the quarters of the unit square; their centres are known."""
    return make_map(CORNERS, -0.5 * (CORNERS**2).sum(1))


@pytest.fixture(scope="module")
def cloud():
    """A solved map to 40 codes in three dimensions."""
    codes = numpy_generator(0, "cloud").normal(size=(40, 3)).astype(np.float32)
    return solve(codes, settings=TransportSettings(tolerance=0.2)).transport


def draw(transport, seed=0, **settings):
    wanted = {"variant": "chart", "count": 3000} | settings
    return draw_codes(transport, SamplingSettings(**wanted), seed)


def samples(seed, dimension, count, name="draw"):
    """The source samples that the sampler sees."""
    parts, generator = [], torch_generator(seed, name)
    while count:
        parts.append(torch.rand((min(count, 4096), dimension), generator=generator))
        count -= len(parts[-1])
    return torch.cat(parts).double().numpy()


def root(codes):
    """The root of the codes' covariance, from its own d by d matrix."""
    values, vectors = np.linalg.eigh(np.cov(codes.T.astype(float)))
    return vectors * np.sqrt(np.clip(values, 0, None)) @ vectors.T


@pytest.mark.parametrize(("count", "dimension"), [(10, 3), (4, 6), (2, 5), (12, 12)])
def test_a_displacement_is_that_of_the_covariances_root(count, dimension):
    rng = numpy_generator(0, count)
    codes = rng.normal(size=(7, count, dimension)).astype(np.float32)
    offset = rng.normal(size=(7, dimension))
    every = torch.ones(7, count, dtype=torch.bool)
    found = displacement(torch.from_numpy(codes), every, torch.from_numpy(offset))
    expected = [root(part) @ at for part, at in zip(codes, offset, strict=True)]
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)


def test_codes_that_are_not_allowed_do_not_count():
    rng = numpy_generator(1, "codes")
    codes = torch.from_numpy(rng.normal(size=(1, 8, 3)).astype(np.float32))
    offset = torch.from_numpy(rng.normal(size=(1, 3)))
    allowed = torch.tensor([[True, False, True, True, False, True, True, False]])
    found = displacement(codes, allowed, offset)
    part = displacement(codes[:, allowed[0]], torch.ones(1, 5, dtype=torch.bool), offset)
    torch.testing.assert_close(found, part)


def test_equal_codes_and_a_single_one_span_nothing():
    offset = torch.ones(1, 3, dtype=torch.float64)
    equal = torch.full((1, 5, 3), 2.5)
    assert not displacement(equal, torch.ones(1, 5, dtype=torch.bool), offset).any()
    alone = torch.tensor([[True, False, False]])
    assert not displacement(torch.randn(1, 3, 3), alone, offset).any()


def test_the_nearest_codes_are_sorted_and_begin_with_the_code_itself():
    codes = numpy_generator(2, "codes").normal(size=(30, 4)).astype(np.float32)
    codes[7] = codes[3]  # a duplicate must not take its place
    cells = torch.tensor([7, 3, 20])
    found = nearest_codes(torch.from_numpy(codes), cells, 6).numpy()
    distance = np.linalg.norm(codes[cells][:, None] - codes[None], axis=2)
    for row, (cell, near) in enumerate(zip(cells.tolist(), found, strict=True)):
        assert near[0] == cell
        np.testing.assert_allclose(distance[row, near], np.sort(distance[row])[:6], atol=1e-6)


@pytest.mark.long
@pytest.mark.parametrize(("threshold", "balance"), [(None, 0), (None, 0.5), (0.9, 1)])
def test_drawn_codes_are_the_formula(cloud, threshold, balance):
    drawn = draw(cloud, 3, neighbours=6, spread=0.7, balance=balance, centre_samples=200,
                 threshold=threshold)  # fmt: skip
    support = cloud.support.astype(float)
    y = (support - support.mean(0)) / math.sqrt(support.var(0).mean())
    normals = np.hstack([y, -np.ones((40, 1))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    angles = np.arccos(np.clip(normals @ normals.T, -1, 1))

    def cells_of(x):
        return (x @ support.T + cloud.heights).argmax(1)

    pilot = samples(3, 3, 200 * 40, "centres")
    centres = np.array([pilot[cells_of(pilot) == k].mean(0) for k in range(40)])
    x = samples(3, 3, 3000)
    expected = []
    for point, i in zip(x, cells_of(x), strict=True):
        near = np.argsort(np.linalg.norm(support - support[i], axis=1))[:6]
        if threshold:
            near = near[(angles[i, near] <= threshold) | (near == i)]
        moved = root(support[near]) @ (point - centres[i]) if len(near) > 1 else 0
        mean, own = support[near].mean(0), math.sqrt(1 - balance * 0.7**2)
        expected.append(mean + own * (support[i] - mean) + 0.7 * math.sqrt(12) * moved)
    np.testing.assert_allclose(drawn.codes, expected, atol=2e-4)
    np.testing.assert_array_equal(drawn.cells, cells_of(x))
    assert (drawn.drawn, drawn.singular, drawn.threshold) == (3000, 0, threshold)


def test_the_map_is_monotone_on_every_cell(cloud):
    """Brenier: on a cell it is the gradient of a convex function."""
    drawn, x = draw(cloud, 5, spread=1.0), samples(5, 3, 3000)
    for cell in np.unique(drawn.cells):
        own = drawn.cells == cell
        codes, points = drawn.codes[own].astype(float), x[own]
        steps = (codes[:, None] - codes) * (points[:, None] - points)
        assert steps.sum(2).min() > -1e-5


def test_quarter_squares_get_the_spread_of_their_codes(corners):
    """All four codes span each chart: covariance I / 3; a quarter has half the source's spread."""
    drawn = draw(corners, spread=1.0, balance=0, neighbours=4, centre_samples=20000, count=40000)
    for cell, code in enumerate(CORNERS):
        own = drawn.codes[drawn.cells == cell]
        np.testing.assert_allclose(own.mean(0), code, atol=0.02)
        np.testing.assert_allclose(np.cov(own.T), np.eye(2) / 12, atol=0.003)


@pytest.mark.parametrize(("spread", "balance"), [(0.6, 0), (0.6, 0.5), (0.6, 1), (1.0, 1)])
def test_a_balanced_chart_keeps_the_covariance_of_its_codes(spread, balance):
    """One chart of all codes, each as often, and offsets of N(0, I)."""
    rng = numpy_generator(3, "codes")
    count, draws = 6, 60_000
    codes = torch.from_numpy(rng.normal(size=(count, 4)))
    order = torch.stack([torch.arange(count).roll(-i) for i in range(count)])
    rows = codes[order[torch.arange(draws) % count]]
    every = torch.ones(draws, count, dtype=torch.bool)
    offset = torch.from_numpy(rng.normal(size=(draws, 4)))
    moved = spread * displacement(rows, every, offset) + shift(rows, every, spread, balance)
    found = np.cov((rows[:, 0] + moved).T)
    own = (1 - balance * spread**2) * (count - 1) / count  # the charts' divisor is N - 1
    expected = (own + spread**2) * np.cov(codes.T)
    assert np.abs(found - expected).max() < 0.03 * np.abs(expected).max()


def test_a_code_moves_to_the_mean_as_far_as_the_balance_says():
    codes = torch.tensor([[[0.0, 0.0], [2.0, 0.0], [1.0, 3.0]]])
    every = torch.ones(1, 3, dtype=torch.bool)
    for spread, balance, share in ((1, 0, 0), (1, 1, 1), (2, 0.5, 1), (0.6, 1, 0.2)):
        found = shift(codes, every, spread, balance)
        torch.testing.assert_close(found, share * torch.tensor([[1.0, 1.0]]).double())


def test_a_small_spread_returns_codes(cloud):
    drawn = draw(cloud, spread=1e-6, count=500)
    np.testing.assert_allclose(drawn.codes, cloud.support[drawn.cells], atol=1e-5)


def test_scaling_and_shifting_the_codes_scales_and_shifts_the_draws(cloud):
    moved = make_map(50 * cloud.support + 9, 50 * cloud.heights)
    drawn, other = draw(cloud, 2), draw(moved, 2)
    np.testing.assert_allclose(other.codes, 50 * drawn.codes + 9, rtol=1e-4, atol=1e-2)


def test_far_clusters_are_not_joined_where_the_angle_is_limited():
    noise = numpy_generator(1, "clusters").normal(size=(24, 2)) * 0.3
    codes = (noise + np.where(np.arange(24) < 12, -5, 5)[:, None] * [1, 0]).astype(np.float32)
    transport = solve(codes, settings=TransportSettings(tolerance=0.2)).transport
    strict, free = (draw(transport, neighbours=20, threshold=angle) for angle in (0.8, None))
    assert np.abs(np.abs(strict.codes[:, 0]) - 5).max() < 2
    assert (np.abs(free.codes[:, 0]) < 3).any()


def test_fewer_codes_than_neighbours_and_dimensions_are_no_obstacle():
    codes = numpy_generator(2, "codes").normal(size=(5, 20)).astype(np.float32)
    drawn = draw(make_map(codes, -codes.sum(1) / 2), spread=1.0)
    coordinates = np.linalg.lstsq(codes.T.astype(float), drawn.codes.T, rcond=None)[0]
    np.testing.assert_allclose(codes.T @ coordinates, drawn.codes.T, atol=1e-4)
    np.testing.assert_allclose(coordinates.sum(0), 1, atol=1e-4)


def test_a_cell_that_no_pilot_sample_found_keeps_the_plain_map(corners):
    drawn = draw(corners, centre_samples=1, count=4000, seed=2)
    pilot = samples(2, 2, 4, "centres")
    found = set((pilot @ CORNERS.T + corners.heights).argmax(1))
    assert 1 < len(found) < 4  # of this seed
    for cell, code in enumerate(CORNERS):
        still = (drawn.codes[drawn.cells == cell] == code).all()
        assert still == (cell not in found)


def test_a_seed_repeats_the_draw_and_another_one_differs(cloud):
    first, again, other = (draw(cloud, seed, count=200).codes for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)
