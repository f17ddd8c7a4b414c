"""The descent's state and one step of it."""

import numpy as np
import pytest
import torch

from aeot.ranks import Ranks
from aeot.transport.descent import Descent
from aeot.transport.problem import Problem
from aeot.transport.start import start

CPU = torch.device("cpu")


@pytest.fixture
def descend(mixture):
    """A descent over a mixture, and the steps already taken."""

    def make(steps=0, seed=0, source="uniform", codes=None, **sizes):
        problem = Problem.build(mixture(**sizes) if codes is None else codes, None, source)
        descent = Descent(problem, start(problem), seed, CPU)
        for _ in range(steps):
            descent.advance(Ranks(), rough=False)
        return descent

    return make


def masses_of(descent, heights, size=100_000):
    u = torch.rand(size, descent.problem.source.dimension, generator=torch.manual_seed(0))
    descent.planes.set_heights(heights)
    cells = descent.planes.best(descent.problem.project(descent.problem.source.from_uniform(u)))
    return torch.bincount(cells, minlength=len(heights)) / size


def error(descent, heights):
    return float((masses_of(descent, heights) - descent.masses).abs().sum())


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_steps_bring_the_masses_to_their_targets(descend, source):
    descent = descend(source=source, count=100)
    before = error(descent, descent.average)
    for _ in range(80):
        descent.advance(Ranks(), rough=True)
    assert error(descent, descent.average) < 0.3 * before
    assert error(descent, descent.average) < error(descent, descent.heights)  # averaging helps


def test_heights_stay_centred_and_samples_are_counted(descend):
    descent, drawn = descend(count=100), 0
    for step in range(1, 31):
        drawn += descent.batch()
        descent.advance(Ranks(), rough=False)
        assert (descent.step, descent.samples) == (step, drawn)
    assert abs(float((descent.masses * descent.average).sum())) < 0.1


@pytest.mark.parametrize("d", [3, 9])  # whole samples, and crossed halves
def test_every_step_reads_its_own_stretch_of_the_stream(descend, monkeypatch, d):
    descent, read = descend(count=100, d=d), []
    points = descent.stream.points

    def spy(start, count, device):
        read.append((start, start + count))
        return points(start, count, device)

    monkeypatch.setattr(descent.stream, "points", spy)
    ends = [0]
    for _ in range(3):  # before cells can be lifted, which looks at a stretch again
        descent.advance(Ranks(), rough=False)
        ends.append(descent.drawn)
    steps = [read[i : i + 2] for i in range(0, len(read), 2)]
    assert [step[0][0] for step in steps] == ends[:-1]
    assert [step[-1][1] for step in steps] == ends[1:]
    met = 16 if descent.crosses else 1
    assert descent.samples == sum(met * (end - start - met + 1) for (start, _), (_, end) in steps)


def test_codes_of_few_dimensions_are_not_crossed_in_many(mixture):
    codes = mixture(count=60, d=12)
    codes[:, 2:] = codes[:, :2] @ np.ones((2, 10), np.float32)
    problem = Problem.build(codes, None, "uniform")
    assert not Descent(problem, start(problem), 0, CPU).crosses


@pytest.mark.parametrize("source", ["uniform", "gaussian"])
@pytest.mark.parametrize("flat", [False, True])  # codes that span all dimensions, or nine of them
def test_crossed_halves_are_samples_of_the_source(mixture, source, flat):
    codes = mixture(count=60, d=12)
    if flat:
        codes[:, 9:] = codes[:, :9] @ np.ones((9, 3), np.float32)
    problem = Problem.build(codes, None, source)
    assert (problem.axes is not None) == flat
    descent = Descent(problem, start(problem), 0, CPU)
    assert descent.crosses
    descent.planes.set_heights(descent.heights)
    (found,) = descent._scan(descent.planes, 160, 960, Ranks(), False, second=False)
    x = descent._points(10, 60 + 15)
    for k in range(16):  # left half i, right half i + k
        joined = x[:50].clone()
        joined[:, 1::2] = x[k : k + 50, 1::2]
        cells = descent.planes.best(problem.project(joined))
        assert torch.equal(found.view(50, 16)[:, k], cells)


@pytest.mark.parametrize(
    ("count", "d", "samples", "batch"),
    [(100, 3, 0, 512), (2000, 3, 0, 2000), (2000, 3, 10**6, 10_000), (100, 3, 10**9, 6400),
     (2010, 9, 0, 2000), (2000, 9, 10**6, 40_000)],
)  # fmt: skip
def test_the_batch_grows_with_the_samples_so_far(descend, count, d, samples, batch):
    descent = descend(count=count, d=d)
    descent.samples = samples
    assert descent.batch() == batch


@pytest.mark.long
@pytest.mark.parametrize("steps", [0, 1, 9, 30])
@pytest.mark.parametrize("d", [2, 30])  # factorised, and by conjugate gradients
def test_a_restored_descent_goes_on_to_the_same_bits(descend, tmp_path, steps, d):
    whole = descend(steps, source="gaussian", count=80, d=d)
    torch.save(whole.dump(), tmp_path / "state")
    resumed = descend(source="gaussian", count=80, d=d)
    resumed.restore(torch.load(tmp_path / "state", weights_only=True))
    for _ in range(12):
        for descent in (whole, resumed):
            descent.advance(Ranks(), rough=False)
    for name in ("heights", "average", "hits"):
        assert torch.equal(getattr(whole, name), getattr(resumed, name))
    assert (whole.step, whole.samples) == (resumed.step, resumed.samples)
    assert whole.average_weight == resumed.average_weight


def test_seeds_take_other_samples(descend):
    first, again, other = (descend(5, seed, count=50).heights for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_buried_cells_are_lifted(descend):
    # Points deep inside a crowd whose planes start far too low.
    descent = descend(count=100, d=4)
    descent.heights[:10] -= 50
    descent.average = descent.heights.clone()
    descent.average_weight = 8.0
    descent.expected, descent.hits = 1e5, torch.full((100,), 1e3, dtype=torch.float64)
    descent.hits[:10] = 0
    others = descent.heights[10:].clone()
    descent._lift(Ranks())
    assert (masses_of(descent, descent.heights)[:10] > 0).sum() >= 8
    assert torch.equal(descent.heights[10:], others)
    assert torch.equal(descent.average[:10], descent.heights[:10])
    assert descent.average_weight == 4.0  # half of it is forgotten
    assert (descent.hits[:10] > 0).all()  # not again at once


def test_a_lifted_twin_takes_the_others_averages_along(descend, mixture):
    codes = mixture(count=100, d=9)
    codes[50:] = codes[:50] + np.float32(1e-3)
    descent = descend(codes=codes)
    descent.average = descent.heights + 1.0  # the path has moved on
    descent.average_weight = 8.0
    descent.heights[3] -= 50
    descent.expected, descent.hits = 1e5, torch.full((100,), 1e3, dtype=torch.float64)
    descent.hits[3] = 0
    descent._lift(Ranks())
    assert torch.nonzero(descent.average == descent.heights)[:, 0].tolist() == [3, 53]


def test_facets_between_clusters_are_seen_and_none_twice(descend):
    # Two pairs of twins, which share the square's left and right halves.
    codes = np.array([[0, 0], [0, 1e-3], [0.5, 0], [0.5, 1e-3]], np.float32)
    descent = descend(codes=codes)
    found = descent._scan(descent.planes, 0, 20_000, Ranks(), False)
    assert descent.wholes is not None
    cell, runner_up, gap = descent._among(descent.wholes, found, Ranks(), False)
    labels = descent.clusters.labels
    within = labels[cell] == labels[runner_up]
    assert within.sum() == (labels[found[0]] == labels[found[1]]).sum()
    assert (~within).sum() == 20_000  # every sample has a best and a second-best cluster
    side = (descent._samples(0, 20_000)[:, 0] > 0).long()
    assert torch.equal(labels[cell[~within]], labels[side * 2])


def test_cells_that_are_hit_or_not_due_yet_are_not_lifted(descend):
    descent = descend(count=100, d=4)
    descent.heights[:10] -= 50
    before = descent.heights.clone()
    descent.hits[10:] = 1e3
    descent.expected = 100.0  # one hit per cell: too early to tell
    descent._lift(Ranks())
    descent.expected, descent.hits[:10] = 1e5, 100.0
    descent._lift(Ranks())
    assert torch.equal(descent.heights, before)


def test_the_average_weighs_late_and_large_steps_more(descend):
    descent = descend(count=20)
    path = np.random.default_rng(0).normal(size=(6, len(descent.heights)))
    batches = [512, 512, 600, 700, 700, 1000]
    for descent.step, (heights, batch) in enumerate(zip(path, batches, strict=True), start=1):
        descent.heights = torch.from_numpy(heights)
        descent._average(batch)
    expected = np.average(path, axis=0, weights=np.multiply(batches, [1, 2, 3, 4, 5, 6]))
    np.testing.assert_allclose(descent.average.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize(("d", "factorised"), [(2, True), (30, False)])
def test_crowded_points_are_factorised(descend, d, factorised):
    descent = descend(source="gaussian", count=50, d=d)
    assert descent.facets.factorised == factorised
