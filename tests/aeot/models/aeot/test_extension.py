import math

import numpy as np
import pytest
import torch
from scipy import stats

from aeot.errors import InputError
from aeot.models.aeot import extension
from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.settings import SamplingSettings
from aeot.seeding import numpy_generator, torch_generator
from aeot.transport.map import TransportMap
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import solve

CORNERS = [[0, 0], [1, 0], [0, 1], [1, 1]]


def make_map(support, heights, source="uniform"):
    support = np.array(support, dtype=np.float32)
    masses = np.full(len(support), 1 / len(support))
    return TransportMap(support, np.array(heights, dtype=np.float64), masses, source)


@pytest.fixture
def corners():
    """Cells that are the quarters of the unit square; their centres are known."""
    support = np.array(CORNERS, dtype=float)
    return make_map(support, -0.5 * (support**2).sum(1))


@pytest.fixture
def line():
    """Three codes on a line: planes 0, x - 1/4 and 5 x - 13/4, which cross at 1/4 and 3/4.

    The two highest planes are the first two up to x = 0.65, and the last two beyond.
    """
    return make_map([[0, 0], [1, 0], [5, 0]], [0, -0.25, -3.25])


@pytest.fixture(scope="module")
def cloud():
    """A solved map to 40 codes in three dimensions."""
    codes = numpy_generator(0, "cloud").normal(size=(40, 3)).astype(np.float32)
    return solve(codes, settings=TransportSettings(tolerance=0.2)).transport


REJECT = {"singular": "reject"}


def draw(transport, seed=0, **settings):
    return draw_codes(transport, SamplingSettings(**{"count": 3000} | settings), seed)


def samples(seed, dimension, count, name="draw", batch=4096):
    """The source samples that the sampler sees, from the same stream in the same batches."""
    generator = torch_generator(seed, name)
    sizes = [batch] * (count // batch) + ([count % batch] if count % batch else [])
    parts = [torch.rand((size, dimension), generator=generator) for size in sizes]
    return torch.cat(parts).double().numpy()


def angles(support):
    """All dihedral angles (N, N) by the formula, in NumPy: standardise, normals, arccos."""
    y = support.astype(float)
    y = (y - y.mean(0)) / math.sqrt(y.var(0).mean())
    normals = np.hstack([y, -np.ones((len(y), 1))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return np.arccos(np.clip(normals @ normals.T, -1, 1))


def by_height(transport, x):
    """Cells of each x from the highest plane down, (m, N), in NumPy."""
    return np.argsort(-(x @ transport.support.T.astype(float) + transport.heights), axis=1)


# --- angles ------------------------------------------------------------------------------------


def test_angles_are_measured_between_standardised_codes(line):
    spread = math.sqrt(14 / 6)  # of 0, 1, 5 on one axis of two
    first, second, third = (math.atan((value - 2) / spread) for value in (0, 1, 5))
    expected = [third - second, second - first]
    for share, angle in ((1.0, expected[0]), (0.5, expected[1])):
        found = draw(line, threshold_quantile=share).threshold
        assert found == pytest.approx(angle, rel=1e-6)
    moved = make_map(40 * line.support + 7, 40 * line.heights)  # the same cells in other units
    assert draw(moved, threshold_quantile=1.0).threshold == pytest.approx(expected[0], rel=1e-5)


# --- the plain map --------------------------------------------------------------------------------


def test_vertex_returns_codes_as_often_as_their_cells_are_large(line):
    drawn = draw(line, variant="vertex", count=20000)
    np.testing.assert_array_equal(drawn.codes, line.support[drawn.cells])
    share = np.bincount(drawn.cells) / 20000
    expected = np.array([0.25, 0.5, 0.25])
    assert (np.abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / 20000)).all()
    assert (drawn.drawn, drawn.singular, drawn.copies, drawn.threshold) == (20000, 0, 20000, None)


def test_vertex_of_a_gaussian_source_follows_its_quantiles():
    transport = make_map([[0.0], [1.0]], [0.0, -0.8], "gaussian")
    share = draw(transport, variant="vertex", count=20000).cells.mean()
    expected = stats.norm.sf(0.8)
    assert share == pytest.approx(expected, abs=5 * math.sqrt(expected / 20000))


@pytest.mark.parametrize("weights", ["uniform", "inverse_distance"])
def test_a_single_code_is_always_returned(weights):
    transport = make_map([[3.0, -4.0]], [0.0])
    drawn = draw(transport, weights=weights, count=10)
    np.testing.assert_array_equal(drawn.codes, np.tile([[3.0, -4.0]], (10, 1)))
    assert drawn.singular == 0


@pytest.mark.parametrize("way", [{"weights": "inverse_distance"}, {"variant": "chart"}, {}])
def test_equal_codes_are_returned_as_they_are(way):
    transport = make_map([[3.0, -4.0]] * 3, [0.0] * 3)
    np.testing.assert_array_equal(draw(transport, count=5, **way).codes, [[3.0, -4.0]] * 5)


# --- uniform weights ------------------------------------------------------------------------------


def test_uniform_codes_lie_between_the_two_highest_planes(cloud):
    drawn = draw(cloud, threshold_quantile=0.7, seed=4, **REJECT)
    x = samples(4, 3, 4096 * math.ceil(drawn.drawn / 4096))
    first, second = by_height(cloud, x)[:, :2].T
    allowed = np.flatnonzero(angles(cloud.support)[first, second] <= drawn.threshold)[:3000]
    a, b = cloud.support[first[allowed]], cloud.support[second[allowed]]
    t = ((drawn.codes - b) * (a - b)).sum(1) / ((a - b) ** 2).sum(1)
    np.testing.assert_allclose(drawn.codes, t[:, None] * a + (1 - t[:, None]) * b, atol=1e-5)
    assert stats.kstest(t, "uniform").pvalue > 1e-3
    np.testing.assert_array_equal(drawn.cells, first[allowed])


def test_every_uniform_code_is_on_a_segment_whose_angle_is_allowed(cloud):
    drawn = draw(cloud, threshold=0.9, count=500, **REJECT)
    i, j = np.nonzero(np.triu(angles(cloud.support) <= 0.9, 1))
    start, step = cloud.support[i], cloud.support[j] - cloud.support[i]
    t = ((drawn.codes[:, None] - start) * step).sum(2) / (step**2).sum(1)
    nearest = start + np.clip(t, 0, 1)[:, :, None] * step
    assert np.linalg.norm(drawn.codes[:, None] - nearest, axis=2).min(1).max() < 1e-5


def test_the_share_of_rejections_is_the_mass_that_faces_a_large_angle(line):
    drawn = draw(line, threshold=1.0, count=20000, **REJECT)  # 0.34 rad is allowed, 1.68 is not
    assert drawn.drawn - drawn.singular == len(drawn.codes) == 20000
    assert drawn.copies == 0
    spread = math.sqrt(0.35 * 0.65 / drawn.drawn)
    assert drawn.singular / drawn.drawn == pytest.approx(0.35, abs=5 * spread)
    assert drawn.codes[:, 0].max() <= 1  # nothing between 1 and 5
    assert set(drawn.cells) == {0, 1}
    free = draw(line, threshold=3.0, count=20000)
    assert free.singular == 0
    assert ((free.codes[:, 0] > 1.1) & (free.codes[:, 0] < 4.9)).mean() > 0.3


@pytest.mark.parametrize("count", [1, 2662, 2663, 4096, 9000])
def test_draws_are_counted_up_to_the_last_one_that_was_taken(line, count):
    drawn = draw(line, threshold=1.0, count=count, seed=9, **REJECT)
    accepted = np.flatnonzero(samples(9, 2, 5 * 4096)[:, 0] < 0.65)
    assert len(drawn.codes) == len(drawn.cells) == count
    assert drawn.drawn == accepted[count - 1] + 1
    assert drawn.singular == drawn.drawn - count


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.9])
def test_a_quantile_rejects_the_rest(cloud, quantile):
    drawn = draw(cloud, threshold_quantile=quantile, count=8000, **REJECT)
    assert drawn.singular / drawn.drawn == pytest.approx(1 - quantile, abs=0.03)
    expected = np.unique(angles(cloud.support))
    assert np.abs(expected - drawn.threshold).min() < 1e-5  # one of the angles met


def test_an_absolute_threshold_goes_before_the_quantile(cloud):
    drawn = draw(cloud, threshold=0.8, threshold_quantile=0.01)
    assert drawn.threshold == 0.8


def test_nothing_is_drawn_between_far_clusters_unless_the_threshold_is_lifted():
    noise = numpy_generator(1, "clusters").normal(size=(24, 2)) * 0.3
    codes = (noise + np.where(np.arange(24) < 12, -5, 5)[:, None] * [1, 0]).astype(np.float32)
    transport = solve(codes, settings=TransportSettings(tolerance=0.2)).transport
    for way in ({"weights": "uniform"}, {"weights": "inverse_distance", "neighbours": 24}):
        strict, lifted = (
            draw(transport, threshold=angle, count=20000, **way, **REJECT) for angle in (0.8, 3.1)
        )
        assert (np.abs(strict.codes[:, 0]) > 3.5).all()
        assert set(np.sign(strict.codes[:, 0])) == {-1.0, 1.0}
        assert (np.abs(lifted.codes[:, 0]) < 2.5).sum() > 10
        assert lifted.singular == 0
    assert draw(transport, threshold=0.8).singular > 0


# --- inverse-distance weights ---------------------------------------------------------------------


def extended_map(transport, x, centres, neighbours, threshold):
    """T~ by inverse distance, one x at a time: its code, or None where x is singular."""
    theta = angles(transport.support)
    results = []
    for point, own in zip(x, by_height(transport, x)[:, 0], strict=True):
        distance = np.linalg.norm(point - centres, axis=1)
        others = [k for k in np.argsort(distance) if k != own][: neighbours - 1]
        kept = [k for k in others if theta[own, k] <= threshold]
        if not kept:
            results.append(None)
            continue
        kept = [own, *kept]
        inverse = 1 / distance[kept]
        results.append((inverse / inverse.sum()) @ transport.support[kept].astype(float))
    return results


def mass_centres(transport, seed, size):
    x = samples(seed, transport.support.shape[1], size, name="centres")
    cells = by_height(transport, x)[:, 0]
    return np.array([x[cells == k].mean(0) for k in range(len(transport.support))])


@pytest.mark.parametrize(("neighbours", "threshold"), [(None, 1.0), (2, 0.9), (7, 1.3), (40, 0.8)])
def test_inverse_distance_is_the_formula(cloud, neighbours, threshold):
    drawn = draw(
        cloud,
        seed=3,
        weights="inverse_distance",
        neighbours=neighbours,
        threshold=threshold,
        count=500,
        centre_samples=200,
        **REJECT,
    )
    centres = mass_centres(cloud, 3, 200 * 40)
    x = samples(3, 3, 4096)[: drawn.drawn]
    expected = extended_map(cloud, x, centres, neighbours or 4, threshold)
    found = np.array([code for code in expected if code is not None])
    assert sum(code is None for code in expected) == drawn.singular
    np.testing.assert_allclose(drawn.codes, found, atol=2e-4)


def test_mass_centres_are_those_of_the_quarter_squares(corners):
    drawn = draw(
        corners,
        weights="inverse_distance",
        neighbours=4,
        threshold=3.0,
        count=200,
        centre_samples=20000,
    )
    centres = np.array(CORNERS) / 2 + 0.25
    expected = extended_map(corners, samples(0, 2, 4096)[:200], centres, 4, 3.0)
    np.testing.assert_allclose(drawn.codes, np.array(expected), atol=0.02)


def test_neighbours_across_the_singular_set_get_no_weight(corners):
    # Adjacent corners meet at arccos(1/3), opposite ones at arccos(-1/3) = 1.91 rad.
    settings = {"weights": "inverse_distance", "neighbours": 4, "count": 400}
    x = samples(0, 2, 4096)[:400]
    home = np.argmax(x @ np.transpose(CORNERS) - np.sum(np.square(CORNERS), 1) / 2, axis=1)
    opposite = np.array(CORNERS)[3 - home]
    strict, free = (draw(corners, threshold=t, **settings).codes for t in (1.5, 2.0))
    distance = [np.linalg.norm(codes - opposite, axis=1) for codes in (strict, free)]
    assert (distance[0] > distance[1]).mean() > 0.99
    assert draw(corners, threshold=math.acos(1 / 3) + 1e-5, **settings).singular == 0
    with pytest.raises(InputError, match="within 1.23 rad"):
        draw(corners, threshold=math.acos(1 / 3) - 1e-5, **settings, **REJECT)


def test_codes_without_mass_are_never_mixed_in(corners):
    support = [*CORNERS, [0.5, 90.0]]
    transport = make_map(support, [*corners.heights, -1e6])
    drawn = draw(transport, weights="inverse_distance", neighbours=5, threshold=3.1)
    assert drawn.codes.max() <= 1
    assert 4 not in drawn.cells


def test_a_map_of_one_living_cell_cannot_be_extended():
    transport = make_map([[0.0, 0.0], [1.0, 0.0]], [0.0, -9.0])
    with pytest.raises(InputError, match="only 1 cell of the transport received any of 64 source"):
        draw(transport, weights="inverse_distance")


# --- both -----------------------------------------------------------------------------------------

EXTENDED = pytest.mark.parametrize("weights", ["uniform", "inverse_distance"])


@EXTENDED
def test_two_codes_are_mixed_along_their_segment(weights):
    transport = make_map([[0.0, 0.0], [2.0, 1.0]], [0.0, -1.5])
    drawn = draw(transport, weights=weights, threshold_quantile=1.0)
    np.testing.assert_allclose(drawn.codes[:, 0], 2 * drawn.codes[:, 1], atol=1e-6)
    assert drawn.codes[:, 0].min() >= 0 and drawn.codes[:, 0].max() <= 2
    assert len(np.unique(drawn.codes[:, 0])) > 1000
    assert drawn.singular == 0


@EXTENDED
def test_more_dimensions_than_codes_are_no_obstacle(weights):
    codes = numpy_generator(2, "codes").normal(size=(5, 20)).astype(np.float32)
    transport = make_map(codes, -codes.sum(1) / 2)
    drawn = draw(transport, weights=weights, threshold_quantile=1.0)
    assert drawn.codes.shape == (3000, 20)
    coordinates = np.linalg.lstsq(codes.T.astype(float), drawn.codes.T, rcond=None)[0]
    np.testing.assert_allclose(coordinates.sum(0), 1, atol=1e-5)  # convex combinations
    assert coordinates.min() > -1e-5


@EXTENDED
def test_nothing_accepted_is_one_sentence(cloud, weights):
    with pytest.raises(InputError, match="within 1e-06 rad; raise threshold or threshold_q"):
        draw(cloud, weights=weights, threshold=1e-6, count=3, **REJECT)


@EXTENDED
@pytest.mark.parametrize("variant", ["extended", "vertex"])
def test_a_seed_repeats_the_draw_and_another_one_differs(cloud, weights, variant):
    first, again, other = (
        draw(cloud, seed, weights=weights, variant=variant) for seed in (1, 1, 2)
    )
    assert first.codes.tobytes() == again.codes.tobytes() != other.codes.tobytes()
    np.testing.assert_array_equal(first.cells, again.cells)
    assert (first.drawn, first.threshold) == (again.drawn, again.threshold)


@EXTENDED
@pytest.mark.parametrize("singular", ["redraw", "reject", "plain"])
def test_more_codes_begin_with_the_same_ones(cloud, weights, singular):
    way = {"weights": weights, "singular": singular}
    few, many = (draw(cloud, **way, count=count) for count in (1000, 6000))
    np.testing.assert_array_equal(many.codes[:1000], few.codes)


@EXTENDED
def test_codes_are_float32_and_cells_int64(cloud, weights):
    drawn = draw(cloud, weights=weights, count=10)
    assert (drawn.codes.dtype, drawn.cells.dtype) == (np.float32, np.int64)


def test_the_size_of_a_batch_changes_no_rejection(line, monkeypatch):
    whole = draw(line, threshold=1.0, count=5000, **REJECT)
    monkeypatch.setattr(extension, "_BATCH", 128)
    parts = draw(line, threshold=1.0, count=5000, **REJECT)
    assert (parts.drawn, parts.singular) == (whole.drawn, whole.singular)


@pytest.mark.parametrize("singular", ["redraw", "reject", "plain"])
def test_a_mixture_of_two_lies_between_its_ends(cloud, singular):
    found = draw(cloud, singular=singular, threshold_quantile=0.5)
    first, second = found.ends[:, 0], found.ends[:, 1]
    np.testing.assert_array_equal(first, cloud.support[found.cells])
    step = second - first
    share = ((found.codes - first) * step).sum(1) / np.maximum((step**2).sum(1), 1e-12)
    np.testing.assert_allclose(first + share[:, None] * step, found.codes, atol=1e-5)
    assert share.min() > -1e-5 and share.max() < 1 + 1e-5
    assert (step == 0).all(axis=1).sum() == found.copies
    known = {tuple(code) for code in cloud.support}
    assert {tuple(code) for code in second} <= known


def test_the_plain_map_has_one_end_and_other_ways_have_none(corners):
    plain = draw(corners, variant="vertex")
    np.testing.assert_array_equal(plain.ends[:, 1], plain.codes)
    assert draw(corners, variant="chart").ends is None
    assert draw(corners, weights="inverse_distance", threshold=2.0).ends is None
