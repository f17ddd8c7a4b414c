"""Measures and data that several modules of tests share, as fixtures that return functions."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Small problems: more threads only wait for one another."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def fresh_cells():
    """Cells of a map by its defining formula, in double precision."""

    def cells(transport, x):
        return (x @ transport.support.T.astype(float) + transport.heights).argmax(1)

    return cells


@pytest.fixture(scope="session")
def masses_of(fresh_cells):
    """Cell masses on fresh samples, by the map's defining formula written out."""

    def measure(transport, count=200_000, seed=99):
        rng, d = np.random.default_rng(seed), transport.support.shape[1]
        draw = rng.uniform if transport.source == "uniform" else rng.normal
        total = np.zeros(len(transport.heights))
        for _ in range(count // 20_000):
            cells = fresh_cells(transport, draw(size=(20_000, d)))
            total += np.bincount(cells, minlength=len(total))
        return total / total.sum()

    return measure


@pytest.fixture(scope="session")
def mixture():
    """A mixture of five Gaussians in d dimensions."""

    def make(seed=0, count=300, d=6):
        rng = np.random.default_rng(seed)
        centres = rng.normal(size=(5, d)) * 2
        points = centres[rng.integers(5, size=count)] + rng.normal(size=(count, d))
        return points.astype(np.float32)

    return make


@pytest.fixture
def always_descend(monkeypatch):
    """No problem is solved without a descent."""
    monkeypatch.setattr("aeot.transport.solver.exact", lambda problem: None)


@pytest.fixture(scope="session")
def interpreted():
    """Call a function in a process where Triton interprets its kernels, on the CPU."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("TRITON_INTERPRET", "1")
            environment.setenv("OMP_NUM_THREADS", "1")
            pool.submit(int).result()  # the process starts, and keeps these
        yield lambda *call: pool.submit(*call).result(timeout=120)
