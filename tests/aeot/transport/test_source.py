"""The source measures: moments, streams that repeat, and points that fill the cube evenly."""

from itertools import pairwise

import pytest
import torch
from scipy import stats

from aeot.seeding import stream_seed, torch_generator
from aeot.transport.source import SobolStream, Source


@pytest.mark.parametrize(
    ("name", "distribution"), [("uniform", stats.uniform()), ("gaussian", stats.norm())]
)
def test_samples_have_the_distribution(name, distribution):
    x = Source(name, 3).sample(20_000, torch_generator(0, "x"))
    assert x.shape == (20_000, 3)
    for column in x.numpy().T:
        assert stats.kstest(column, distribution.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", ["uniform", "gaussian"])
def test_standard_coordinates_have_mean_zero_and_unit_variance(name):
    source = Source(name, 4)
    for x in (
        source.standard(source.sample(50_000, torch_generator(0, "x"))),
        source.from_uniform(SobolStream(4, 0).points(0, 50_000)),
    ):
        assert x.mean(0).abs().max() < 0.02
        assert (torch.cov(x.T) - torch.eye(4)).abs().max() < 0.03


def test_the_ends_of_the_unit_interval_are_finite_gaussian_samples():
    ends = Source("gaussian", 1).from_uniform(torch.tensor([0.0, 1.0]))
    assert ends.isfinite().all()
    assert ends[0] == -ends[1] or abs(ends[0] + ends[1]) < 0.5


def engine_points(dimension, seed, start, count, period=0):
    """The same stretch from torch's own engine."""
    number = stream_seed(seed, "sobol", period) % 2**31
    engine = torch.quasirandom.SobolEngine(dimension, scramble=True, seed=number)
    return engine.fast_forward(start).draw(count) if start else engine.draw(count)


@pytest.mark.parametrize("dimension", [1, 2, 17, 300])
@pytest.mark.parametrize(
    ("start", "count"), [(0, 1), (0, 5000), (1, 7), (4095, 2), (4096, 4096), (99_999, 300)]
)
def test_points_are_those_of_the_engine_bit_by_bit(dimension, start, count):
    found = SobolStream(dimension, 5).points(start, count)
    assert found.dtype == torch.float32
    assert torch.equal(found, engine_points(dimension, 5, start, count))


def test_disjoint_stretches_in_any_order_make_the_whole():
    whole = SobolStream(5, seed=3).points(0, 20_000)
    stream, edges = SobolStream(5, seed=3), [0, 1, 333, 4096, 4097, 12_288, 19_999, 20_000]
    for first, last in reversed(list(pairwise(edges))):
        assert torch.equal(stream.points(first, last - first), whole[first:last])
    assert stream.points(10, 0).shape == (0, 5)


def test_a_stream_outlives_the_engines_period(monkeypatch):
    monkeypatch.setattr(SobolStream, "_PERIOD", 64)
    whole = SobolStream(2, seed=0).points(0, 200)
    for period in range(4):
        stretch = whole[64 * period : 64 * (period + 1)]
        assert torch.equal(stretch, engine_points(2, 0, 0, len(stretch), period))
    stream = SobolStream(2, seed=0)
    assert torch.equal(stream.points(150, 50), whole[150:])
    assert torch.equal(stream.points(60, 10), whole[60:70])  # and back


def test_the_last_points_of_a_real_period_are_on_the_cube_and_distinct():
    end = SobolStream(3, 0).points((1 << 30) - 100, 200)
    assert ((end >= 0) & (end <= 1)).all()
    assert len(end.unique(dim=0)) == 200


def test_seeds_scramble_differently():
    assert not torch.equal(SobolStream(3, 0).points(0, 10), SobolStream(3, 1).points(0, 10))


def test_sobol_points_fill_the_square_more_evenly_than_independent_ones():
    def spread(u):
        counts = torch.bincount((u[:, 0] * 16).long() * 16 + (u[:, 1] * 16).long(), minlength=256)
        return counts.double().std()

    assert spread(SobolStream(2, 0).points(0, 4096)) < 0.2 * spread(torch.rand(4096, 2))


def test_held_out_samples_repeat_by_evaluation_and_differ_between_evaluations():
    source = Source("uniform", 2)

    def draw(number, chunk):
        parts = source.held_out(100_000, 0, number, chunk)
        assert [start for start, _, _ in parts] == list(range(0, 100_000, chunk))
        drawn = torch.cat([source.sample(size, generator) for _, size, generator in parts])
        assert len(drawn) == 100_000
        return drawn

    assert torch.equal(draw(1, 30_000), draw(1, 30_000))
    assert not torch.equal(draw(1, 30_000), draw(2, 30_000))
    assert len(draw(1, 30_000).unique(dim=0)) > 99_000  # every chunk is drawn again
