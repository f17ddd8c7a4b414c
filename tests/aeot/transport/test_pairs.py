"""Coupled pairs: their cells, their frequencies, and the streams of a loader's workers."""

from itertools import islice

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from aeot.errors import InputError
from aeot.transport import PairsDataset, TransportMap, TransportSettings, solve

pytestmark = pytest.mark.filterwarnings("ignore:This DataLoader will create")  # more than cores


@pytest.fixture(scope="module")
def solution():
    rng = np.random.default_rng(4)
    codes = rng.normal(size=(80, 5)) + 10
    settings = TransportSettings(source="gaussian", tolerance=0.1)
    return solve(codes, rng.uniform(0.5, 2, size=80), settings)


def generators(seed):
    return np.random.default_rng(seed), torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", [0, 1])
def test_the_second_of_a_pair_is_the_argmax_at_the_first(solution, fresh_cells, kind):
    x, index = map(np.asarray, solution.pairs(4000, generators(1)[kind]))
    assert x.shape == (4000, 5)
    assert index.dtype == np.int64
    expected = fresh_cells(solution.transport, x.astype(float))
    assert (index == expected).mean() > 0.999  # ties of single precision
    same, again = map(np.asarray, solution.pairs(4000, generators(1)[kind]))
    assert (same == x).all() and (again == index).all()
    # What is sampled is the pairs' second part.
    drawn = np.asarray(solution.sample(4000, generators(1)[kind]))
    np.testing.assert_array_equal(drawn, solution.transport.support[index])


@pytest.mark.parametrize("kind", [0, 1])
def test_indices_come_as_often_as_the_cells_have_mass(solution, kind):
    x, index = map(np.asarray, solution.pairs(100_000, generators(2)[kind]))
    share = np.bincount(index, minlength=80) / 100_000
    held_out = solution.report["held_out_samples"]
    noise = np.sqrt(2 / np.pi * solution.masses * (1 / 100_000 + 1 / held_out)).sum()
    assert np.abs(share - solution.masses).sum() < 1.3 * noise
    assert np.abs(x.mean(0)).max() < 0.02  # the samples are the source's
    assert np.abs(np.cov(x.T) - np.eye(5)).max() < 0.03


def batches(transport, workers, count=12, **options):
    dataset = PairsDataset(transport, 64, **options)
    return list(islice(DataLoader(dataset, batch_size=None, num_workers=workers), count))


def same(one, other):
    pairs = zip(one, other, strict=True)
    return all(torch.equal(a, b) and torch.equal(i, j) for (a, i), (b, j) in pairs)


def test_a_loader_draws_the_same_batches_with_any_number_of_workers(solution):
    alone = batches(solution.transport, 0)
    x, index = alone[0]
    assert x.shape == (64, 5) and index.shape == (64,)
    assert torch.equal(index, solution.transport.cells(x))
    for workers in (1, 3):
        assert same(alone, batches(solution.transport, workers))
    assert not same(alone, batches(solution.transport, 0, seed=1))


def test_no_worker_draws_what_another_one_does(solution):
    drawn = torch.cat([x for x, _ in batches(solution.transport, 3)])
    assert len(drawn.unique(dim=0)) == len(drawn) == 12 * 64


def test_a_stream_is_taken_up_where_a_training_ended(solution):
    whole = batches(solution.transport, 0)
    for workers in (0, 2):
        assert same(whole[5:], batches(solution.transport, workers, 7, start=5))


def test_ranks_share_the_batches(solution, monkeypatch):
    whole = batches(solution.transport, 0)
    for rank in (0, 1):
        monkeypatch.setattr("aeot.transport.pairs.Ranks", lambda rank=rank: _Rank(rank))
        for workers in (0, 2):
            assert same(whole[rank::2], batches(solution.transport, workers, 6))


class _Rank:
    size = 2

    def __init__(self, rank):
        self.rank = rank


@pytest.mark.parametrize(("batch", "start"), [(0, 0), (4, -1)])
def test_sizes_that_make_no_batches_are_named(batch, start):
    transport = TransportMap(np.eye(3, dtype=np.float32), np.zeros(3), np.ones(3) / 3, "uniform")
    with pytest.raises(InputError, match="at least 1 and at least 0"):
        PairsDataset(transport, batch, start=start)


def test_cells_at_every_step_do_not_prepare_the_planes_again(solution, monkeypatch):
    transport = TransportMap(**{name: getattr(solution.transport, name) for name in FIELDS})
    made, planes = [], TransportMap.planes
    monkeypatch.setattr(
        TransportMap, "planes", lambda self, device: made.append(device) or planes(self, device)
    )
    for seed in range(3):
        transport.pairs(8, torch.Generator().manual_seed(seed))
    assert made == [torch.device("cpu")]


FIELDS = ("support", "heights", "masses", "source")
