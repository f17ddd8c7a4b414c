"""Plain scans in the place of compiled ones: when they serve, and that they find the same."""

import logging
import sys

import numpy as np
import pytest
import torch

from aeot.transport import TransportSettings, cells, kernel, plain, scan, solve
from aeot.transport.cells import Planes


@pytest.fixture
def fresh():
    """Choose again, before and after."""
    kernel.scans.cache_clear()
    yield
    kernel.scans.cache_clear()


@pytest.fixture
def without(monkeypatch):
    """Let the plain scans serve."""
    monkeypatch.setattr(cells, "scans", lambda: plain)


def both(monkeypatch, find):
    """What the compiled and the plain scans find."""
    first = find()
    monkeypatch.setattr(cells, "scans", lambda: plain)
    return first, find()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("count", "d", "samples"), [(7, 1, 5), (700, 9, 100), (1300, 20, 33)])
def test_plain_scans_find_the_cells_of_the_compiled_ones(monkeypatch, dtype, count, d, samples):
    generator = torch.manual_seed(0)
    y, x = (torch.randn(n, d, generator=generator, dtype=dtype) for n in (count, samples))
    heights = torch.randn(count, generator=generator, dtype=torch.float64)

    def find():
        planes = Planes(y)
        planes.set_heights(heights)
        return planes.best(x), *planes.best_two(x)

    compiled, slow = both(monkeypatch, find)
    for a, b in zip(compiled[:3], slow[:3], strict=True):
        assert torch.equal(a, b)
    torch.testing.assert_close(compiled[3], slow[3], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("second", [False, True])
def test_plain_scans_cross_halves_as_the_compiled_ones_do(monkeypatch, second):
    generator = torch.manual_seed(1)
    y = torch.randn(400, 9, generator=generator)
    left, right = torch.randn(50, 5, generator=generator), torch.randn(65, 4, generator=generator)

    def find():
        planes = Planes(y, (slice(0, None, 2), slice(1, None, 2)))
        planes.set_heights(torch.zeros(400))
        return planes.crossed((left, right), second)

    compiled, slow = both(monkeypatch, find)
    for a, b in zip(compiled[:2], slow[:2], strict=True):
        assert torch.equal(a, b)
    torch.testing.assert_close(compiled[2], slow[2], rtol=1e-4, atol=1e-4)


def test_ties_stay_with_the_plane_that_came_first():
    state = kernel._state(1, 16)
    for start in (0, 6):
        plain.highest(np.zeros((6, 3), np.float32), np.zeros((1, 2, 16), np.float32), start, state)
    assert (state[1] == 0).all()
    assert (state[3] == 1).all()


def test_a_solve_through_plain_scans_is_certified(without, mixture):
    solution = solve(mixture(count=40, d=9), settings=TransportSettings(tolerance=0.3))
    assert solution.report["converged"]


def test_the_compiled_scans_serve_where_they_work(fresh):
    assert kernel.scans() is scan


def broken(module):
    """Make a module fail as it would with another Numba."""

    def fail(*arguments):
        raise AttributeError("module 'numba.core.cgutils' has no attribute 'get_item_pointer'")

    return lambda monkeypatch: monkeypatch.setattr(module, "highest", fail)


def wrong(monkeypatch):
    monkeypatch.setattr(scan, "highest", lambda *arguments: None)


def gone(monkeypatch):
    monkeypatch.delattr("aeot.transport.scan")
    monkeypatch.setitem(sys.modules, "aeot.transport.scan", None)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (broken(scan), "AttributeError: module 'numba.core.cgutils' has no attribute"),
        (wrong, "it finds other planes"),
        (gone, "ImportError|ModuleNotFoundError"),
    ],
)
def test_a_numba_that_they_do_not_work_with_is_named_and_costs_speed_only(
    fresh, monkeypatch, caplog, spoil, words
):
    spoil(monkeypatch)
    with caplog.at_level(logging.WARNING):
        assert kernel.scans() is plain
        assert kernel.scans() is plain
    (record,) = caplog.records  # once
    assert "does not work with Numba" in record.getMessage()
    assert any(word in record.getMessage() for word in words.split("|"))
    planes = Planes(torch.eye(3))
    planes.set_heights(torch.zeros(3))
    assert planes.best(torch.eye(3)).tolist() == [0, 1, 2]
