"""The source measures: moments, streams that repeat, and points that fill the cube evenly."""

import pytest
import torch
from scipy import stats

from aeot.seeding import torch_generator
from aeot.transport.source import SobolStream, Source


@pytest.mark.parametrize(
    ("name", "law"), [("uniform", stats.uniform()), ("gaussian", stats.norm())]
)
def test_samples_have_the_law(name, law):
    x = Source(name, 3).sample(20_000, torch_generator(0, "x"))
    assert x.shape == (20_000, 3)
    for column in x.numpy().T:
        assert stats.kstest(column, law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("name", ["uniform", "gaussian"])
def test_standard_coordinates_have_mean_zero_and_unit_variance(name):
    source = Source(name, 4)
    for x in (
        source.standard(source.sample(50_000, torch_generator(0, "x"))),
        source.from_uniform(SobolStream(4, 0).draw(50_000)),
    ):
        assert x.mean(0).abs().max() < 0.02
        assert (torch.cov(x.T) - torch.eye(4)).abs().max() < 0.03


def test_the_ends_of_the_unit_interval_are_finite_gaussian_samples():
    ends = Source("gaussian", 1).from_uniform(torch.tensor([0.0, 1.0]))
    assert ends.isfinite().all()
    assert ends[0] == -ends[1] or abs(ends[0] + ends[1]) < 0.5


def test_a_stream_goes_on_where_another_stopped():
    whole = SobolStream(5, seed=3).draw(1000)
    first = SobolStream(5, seed=3)
    head = first.draw(333)
    tail = SobolStream(5, seed=3, position=first.position).draw(667)
    assert torch.equal(torch.cat([head, tail]), whole)


def test_a_stream_outlives_the_engines_period(monkeypatch):
    monkeypatch.setattr(SobolStream, "_PERIOD", 64)
    whole = SobolStream(2, seed=0).draw(200)
    assert whole.shape == (200, 2)
    assert torch.equal(SobolStream(2, seed=0, position=150).draw(50), whole[150:])
    assert not torch.equal(whole[:64], whole[64:128])  # scrambled anew


def test_seeds_scramble_differently():
    assert not torch.equal(SobolStream(3, 0).draw(10), SobolStream(3, 1).draw(10))


def test_sobol_points_fill_the_square_more_evenly_than_independent_ones():
    def spread(u):
        counts = torch.bincount((u[:, 0] * 16).long() * 16 + (u[:, 1] * 16).long(), minlength=256)
        return counts.double().std()

    assert spread(SobolStream(2, 0).draw(4096)) < 0.2 * spread(torch.rand(4096, 2))


def test_held_out_samples_repeat_by_look_and_differ_between_looks():
    source = Source("uniform", 2)

    def draw(look):
        return torch.cat([source.sample(n, g) for n, g in source.held_out(100_000, 0, look)])

    assert len(draw(1)) == 100_000
    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))
