"""Singular samples are drawn again within their power cell: the masses survive."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from aeot.models.aeot.extension import draw_codes
from aeot.models.aeot.mixing import Mixture, Queue
from aeot.models.aeot.settings import SamplingSettings
from aeot.seeding import numpy_generator
from aeot.transport.map import TransportMap
from aeot.transport.settings import TransportSettings
from aeot.transport.solver import solve

WAYS = pytest.mark.parametrize("weights", ["uniform", "inverse_distance"])


@pytest.fixture
def line():
    """Cells of 0, 1 and 5 on a line: x below 1/4, up to 3/4, above; masses 1/4, 1/2, 1/4.

    The two highest planes are the first two up to x = 0.65, and the last two beyond.
    """
    support = np.array([[0, 0], [1, 0], [5, 0]], np.float32)
    return TransportMap(
        support, np.array([0, -0.25, -3.25]), np.array([0.25, 0.5, 0.25]), "uniform"
    )


@pytest.fixture(scope="module")
def uneven():
    """A solved map to ten modes of thirty codes each, five of them ten times as wide."""
    rng = numpy_generator(0, "modes")
    means = 40 * rng.normal(size=(10, 6))
    wide = np.repeat([0.4, 4.0], 5)
    codes = means[:, None] + wide[:, None, None] * rng.normal(size=(10, 30, 6))
    codes = codes.reshape(-1, 6).astype(np.float32)
    return solve(codes, settings=TransportSettings(tolerance=0.05)).transport


def draw(transport, seed=0, **settings):
    return draw_codes(transport, SamplingSettings(**{"count": 20000} | settings), seed)


def test_cells_are_those_of_the_plain_map(line):
    """The first draws choose the cells, whatever is drawn again."""
    redrawn, plain = (draw(line, threshold=1.0, singular=s) for s in ("redraw", "plain"))
    vertex = draw(line, variant="vertex")
    np.testing.assert_array_equal(redrawn.cells, vertex.cells)
    np.testing.assert_array_equal(plain.cells, vertex.cells)
    assert redrawn.singular == plain.singular == plain.copies > 0


def test_what_is_drawn_again_follows_the_cell_without_its_singular_part(line):
    """In the middle cell x < 0.65 is regular, and mixes the first two codes uniformly."""
    drawn = draw(line, threshold=1.0)
    middle = drawn.codes[drawn.cells == 1, 0]
    assert (middle <= 1).all()
    assert stats.kstest(middle, "uniform").pvalue > 1e-3
    # The third cell meets its neighbour at 1.68 rad everywhere: its code is all that it has.
    third = drawn.codes[drawn.cells == 2]
    np.testing.assert_array_equal(third, np.tile(line.support[2], (len(third), 1)))
    assert drawn.copies == len(third)


def test_source_samples_end_where_nobody_waits_or_the_bound_is_reached(line):
    assert draw(line, threshold=3.0).drawn == 20000  # nothing is singular
    far = draw(line, threshold=1e-3)  # no two facets meet within so little: none can be redrawn
    assert (far.drawn, far.copies) == (20000, 20000)
    # Each facet has another one so near, but its cell is empty, and all wait for it.
    support = np.array([[0, 0], [5, 0], [0.002, 0], [5.002, 0]], np.float32)
    masses = np.array([0.5, 0.5, 0, 0])
    beside = TransportMap(support, np.array([0, -2.5, -99, -99]), masses, "uniform")
    for count, per in ((20000, 20000), (3, 4)):  # per image, or per code where those are more
        for redraws in (1, 4):
            drawn = draw(beside, threshold=1e-3, redraws=redraws, count=count)
            assert drawn.drawn == count + per * redraws
            assert drawn.copies == count


@pytest.mark.long
@WAYS
def test_every_code_mixes_its_own_cell_with_others_within_the_angle(uneven, weights):
    way = {"weights": weights, "threshold": 0.3, "neighbours": 8}
    drawn = draw(uneven, count=2000, **way)
    modes = drawn.cells // 30
    means = uneven.support.reshape(10, 30, 6).mean(1)
    nearest = np.linalg.norm(drawn.codes[:, None] - means, axis=2).argmin(1)
    np.testing.assert_array_equal(nearest, modes)  # no angle within 0.3 joins two modes
    copied = (drawn.codes == uneven.support[drawn.cells]).all(1).sum()
    assert copied == drawn.copies < 2000


@pytest.mark.long
@WAYS
def test_modes_keep_their_shares_where_rejection_prefers_the_tight_ones(uneven, weights):
    way = {"weights": weights, "threshold_quantile": 0.3, "neighbours": 8}
    shares = {
        singular: np.bincount(draw(uneven, singular=singular, **way).cells // 30, minlength=10)
        for singular in ("redraw", "reject")
    }
    spread = math.sqrt(20000 * 0.1 * 0.9)
    # Cells are certified to 5 % on average; thirty of them together are more exact.
    assert np.abs(shares["redraw"] - 2000).max() < 5 * spread
    assert shares["reject"][:5].sum() > 1.4 * shares["reject"][5:].sum()


def test_a_code_on_its_own_is_drawn_at_its_share():
    rng = numpy_generator(1, "lone")
    codes = np.concatenate([0.1 * rng.normal(size=(60, 2)), [[9, 9]], [[-9, 9]]]).astype(np.float32)
    transport = solve(codes, settings=TransportSettings(tolerance=0.02)).transport
    drawn = draw(transport, threshold=0.15)
    for lone in (60, 61):
        own = drawn.cells == lone
        np.testing.assert_array_equal(drawn.codes[own], np.tile(codes[lone], (own.sum(), 1)))
        assert own.mean() == pytest.approx(1 / 62, abs=5 * math.sqrt(1 / 62 / 20000))


def mixture(cells, singular):
    allowed = ~torch.tensor(singular)[:, None]
    return Mixture(torch.tensor([[c, 9] for c in cells]), allowed, None)


def test_those_who_wait_are_served_in_order_by_their_own_cell():
    found = mixture([4, 2, 4, 2, 4], [True, True, False, True, True])
    queue = Queue(found, torch.zeros(6, dtype=torch.bool))
    assert queue.waiting.nonzero()[:, 0].tolist() == [2, 4]
    fresh = mixture([4, 2, 5, 4, 2], [True, False, False, False, True])
    fresh.cells[:, 1] = torch.arange(10, 15)
    queue.serve(fresh)
    assert found.cells[:, 1].tolist() == [13, 11, 9, 9, 9]
    assert found.singular.tolist() == [False, False, False, True, True]
    late = mixture([4, 4, 2], [False, False, False])
    late.cells[:, 1] = torch.arange(20, 23)
    queue.serve(late)
    assert found.cells[:, 1].tolist() == [13, 11, 9, 22, 20]
    assert not queue.waiting.any()


def test_nobody_waits_for_a_cell_that_is_singular_everywhere():
    found = mixture([1, 0, 1], [True, True, True])
    queue = Queue(found, torch.tensor([False, True]))
    assert queue.waiting.tolist() == [True, False]
    queue.serve(mixture([0, 1, 1], [False, False, False]))
    assert found.singular.tolist() == [True, False, True]
