"""The kernel against NumPy written out, and its independence of the tiles."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from aeot.transport import cells
from aeot.transport.cells import Planes

EVEN_AND_ODD = slice(0, None, 2), slice(1, None, 2)


def planes(y, h, split=None):
    kernel = Planes(torch.from_numpy(y), split)
    kernel.set_heights(torch.from_numpy(h))
    return kernel


@pytest.fixture(params=[1, 7, 30])
def problem(request):
    rng = np.random.default_rng(0)
    y = rng.normal(size=(301, request.param)).astype(np.float32)
    return y, rng.normal(size=301), rng.uniform(size=(517, request.param)).astype(np.float32)


def test_the_best_plane_is_the_argmax_of_the_scores(problem):
    y, h, x = problem
    found = planes(y, h).best(torch.from_numpy(x)).numpy()
    assert (found == (x.astype(float) @ y.T + h).argmax(axis=1)).all()


def test_best_and_second_best_are_those_of_a_full_sort(problem):
    y, h, x = problem
    scores = x.astype(float) @ y.T + h
    order = np.argsort(scores, axis=1)
    cell, runner_up, gap = planes(y, h).best_two(torch.from_numpy(x))
    assert (cell.numpy() == order[:, -1]).all()
    assert (runner_up.numpy() == order[:, -2]).all()
    ranked = np.sort(scores, axis=1)
    np.testing.assert_allclose(gap.numpy(), ranked[:, -1] - ranked[:, -2], atol=1e-5)


@pytest.mark.parametrize(("tile", "stripe"), [(12, 1), (102, 64), (306, 517), (6, 300)])
def test_the_answer_does_not_depend_on_the_tiles(problem, monkeypatch, tile, stripe):
    y, h, x = problem
    whole = planes(y, h).best_two(torch.from_numpy(x))
    monkeypatch.setattr(cells, "_TILE", tile)
    monkeypatch.setattr(cells, "_STRIPE", stripe)
    tiled = planes(y, h)
    assert torch.equal(tiled.best(torch.from_numpy(x)), whole[0])
    assert all(map(torch.equal, tiled.best_two(torch.from_numpy(x)), whole))


@pytest.mark.parametrize(("scores", "columns"), [(1 << 23, 8192), (600, 100), (301, 301)])
def test_the_way_of_other_devices_finds_the_same(problem, monkeypatch, scores, columns):
    y, h, x = problem
    monkeypatch.setattr(cells, "_SCORES", scores)
    monkeypatch.setattr(cells, "_COLUMNS", columns)
    kernel, samples = planes(y, h), torch.from_numpy(x)
    for a, b in zip(kernel._scan(samples, True), kernel.best_two(samples), strict=True):
        torch.testing.assert_close(a, b)
    assert torch.equal(kernel._scan(samples, False)[0], kernel.best(samples))


@pytest.mark.parametrize("split", [EVEN_AND_ODD, (slice(None),) * 2])
@pytest.mark.parametrize("met", [1, 16])
def test_crossed_halves_have_the_cells_of_the_samples_that_they_make(problem, split, met):
    y, h, _ = problem
    rng = np.random.default_rng(2)
    left = rng.normal(size=(150, y[:, split[0]].shape[1])).astype(np.float32)
    right = rng.normal(size=(150 + met - 1, y[:, split[1]].shape[1])).astype(np.float32)
    halves = torch.from_numpy(left), torch.from_numpy(right)
    kernel = planes(y, h, split)
    cell, runner_up, gap = kernel.crossed(halves, second=True)
    assert torch.equal(kernel.crossed(halves, second=False)[0], cell)
    for k in range(met):
        ours = left.astype(float) @ y[:, split[0]].T, right[k : k + 150] @ y[:, split[1]].T
        ranked = np.argsort(sum(ours) + h, axis=1)
        assert (cell[:, k].numpy() == ranked[:, -1]).all()
        assert (runner_up[:, k].numpy() == ranked[:, -2]).all()
        values = np.sort(sum(ours) + h, axis=1)
        np.testing.assert_allclose(gap[:, k].numpy(), values[:, -1] - values[:, -2], atol=1e-5)


@pytest.mark.parametrize("count", [1, 31, 33, 70])
def test_any_number_of_halves_is_enough(problem, count):
    y, h, _ = problem
    x = torch.from_numpy(np.random.default_rng(3).normal(size=(count + 15, y.shape[1])))
    left, right = x[:count, ::2].float(), x[:, 1::2].float()
    found = planes(y, h, EVEN_AND_ODD).crossed((left, right), second=False)[0]
    pairs = torch.empty(count, 16, y.shape[1])
    pairs[..., ::2] = left[:, None]
    pairs[..., 1::2] = torch.stack([right[k : k + count] for k in range(16)], dim=1)
    whole = planes(y, h).best(pairs.flatten(0, 1))
    assert torch.equal(found, whole.view(count, 16))


@pytest.mark.parametrize("d", [784, 3072])
def test_many_dimensions_are_searched_and_crossed(d):
    rng = np.random.default_rng(4)
    y, x = (rng.normal(size=(n, d)).astype(np.float32) for n in (60, 55))
    h = -np.square(y).sum(1, dtype=float) / 2
    kernel = planes(y, h, EVEN_AND_ODD)
    samples = torch.from_numpy(x)
    assert (kernel.best(samples).numpy() == (x.astype(float) @ y.T + h).argmax(axis=1)).all()
    found = kernel.crossed((samples[:40, ::2], samples[:, 1::2]), second=False)[0]
    for k in range(16):
        joined = x[:40].astype(float)
        joined[:, 1::2] = x[k : k + 40, 1::2]
        assert (found[:, k].numpy() == (joined @ y.T + h).argmax(axis=1)).all()


def test_crossed_halves_follow_the_heights(problem):
    y, h, _ = problem
    kernel = planes(y, h, EVEN_AND_ODD)
    d = y.shape[1]
    halves = torch.randn(20, (d + 1) // 2), torch.randn(20, d // 2)
    kernel.crossed(halves, second=False)
    heights = torch.zeros(301)
    heights[17] = 1e3
    kernel.set_heights(heights)
    assert (kernel.crossed(halves, second=False)[0] == 17).all()


def test_planes_without_a_split_cannot_be_crossed(problem):
    with pytest.raises(ValueError, match="split"):
        planes(*problem[:2]).crossed((torch.zeros(2, 4), torch.zeros(2, 3)), second=False)


@pytest.mark.parametrize("second", [False, True])
def test_no_samples_are_no_cells(second):
    kernel, none = planes(np.eye(3), np.zeros(3)), torch.empty(0, 3)
    assert len(kernel._find(none, False, second)[0]) == 0


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_samples_and_few_planes_are_enough(count):
    y = np.arange(2.0)[:, None]
    x = torch.linspace(-1, 1, count)[:, None]
    cell, runner_up, gap = planes(y, np.zeros(2)).best_two(x)
    assert torch.equal(cell, (x[:, 0] > 0).long())
    assert torch.equal(runner_up, 1 - cell)
    torch.testing.assert_close(gap, x[:, 0].abs().double())


def test_the_answer_does_not_depend_on_the_number_of_threads():
    rng = np.random.default_rng(1)
    kernel = planes(rng.normal(size=(500, 4)), rng.normal(size=500), EVEN_AND_ODD)
    x = torch.from_numpy(rng.normal(size=(1001, 4)))

    def found():
        crossed = kernel.crossed((x[:900, ::2], x[:915, 1::2]), second=True)
        return (*kernel.best_two(x), *crossed)

    alone, before = found(), torch.get_num_threads()
    try:
        torch.set_num_threads(3)
        shared = found()
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)
    assert all(map(torch.equal, alone, shared))


def test_in_one_dimension_cells_are_intervals():
    x = (torch.arange(1000.0) + 0.5)[:, None] / 1000
    y, h = np.array([[0.0], [1.0]]), np.array([0.3, 0.0])  # the planes cross at 0.3
    share = np.bincount(planes(y, h).best(x).numpy()) / 1000
    np.testing.assert_allclose(share, [0.3, 0.7])


def test_a_tie_goes_to_the_first_plane():
    y, h = np.ones((3, 2)), np.zeros(3)
    assert planes(y, h).best(torch.rand(10, 2)).tolist() == [0] * 10


def test_crowded_planes_on_the_line_are_told_apart():
    # 20,000 points on the line: neighbouring planes differ by less than float32 resolves.
    y = np.linspace(-1, 1, 20_000)
    meet = (np.arange(1, 20_000)) / 20_000
    h = np.concatenate([[0], -np.cumsum(meet * np.diff(y))])
    x = (torch.arange(20_000, dtype=torch.float64) + 0.5)[:, None] / 20_000
    assert (planes(y[:, None], h).best(x).numpy() == np.arange(20_000)).all()


# In a process of its own: the peak of this one knows what other tests have held.
PEAK = """
import re, sys, torch
from aeot.transport.cells import Planes

def peak():  # megabytes
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024

halves = slice(0, 2), slice(2, 4)
y, x = torch.rand(20_000, 4), torch.rand(20_000, 4)
planes = Planes(y, halves)
planes.best_two(x[:100]), planes.crossed((x[:100, :2], x[:115, 2:]), second=True)
before = peak()
planes.best(x), planes.best_two(x)
planes.crossed((x[:1_250, :2], x[:1_265, 2:]), second=True)
print(peak() - before)
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_samples_times_planes():
    own = os.environ | {"PYTHONPATH": str(Path(cells.__file__).parents[2])}
    grown = subprocess.check_output([sys.executable, "-c", PEAK], text=True, env=own)
    assert float(grown) < 200  # the scores of a scan take 1,600
