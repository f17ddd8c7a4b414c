"""What must not change the map: unit, origin, order, and orientation of the codes."""

import numpy as np
import pytest

from aeot.transport import TransportSettings, solve

TOLERANCE = 0.1
SAME = 1 - TOLERANCE  # two maps within the tolerance send this share to the same code


@pytest.fixture
def cells_of(fresh_cells):
    def cells(codes, x, source="uniform", masses=None, seed=0):
        settings = TransportSettings(source=source, tolerance=TOLERANCE)
        return fresh_cells(solve(codes, masses, settings, seed).transport, x)

    return cells


def samples(source, d, count=10_000):
    rng = np.random.default_rng(3)
    return rng.uniform(size=(count, d)) if source == "uniform" else rng.normal(size=(count, d))


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
@pytest.mark.parametrize(("d", "same"), [(1, 0.999), (2, SAME), (6, SAME), (32, SAME)])
def test_scaled_and_shifted_codes_have_the_same_cells(mixture, cells_of, d, same, source):
    codes, x = mixture(count=100, d=d), samples(source, d)
    plain = cells_of(codes, x, source)
    for moved in (codes * 1000, codes + 100, codes * 1e-6 - 1e-4):
        assert (cells_of(moved, x, source) == plain).mean() > same


@pytest.mark.parametrize("d", [1, 2, 6])
@pytest.mark.parametrize("power", [-96, -80, 80, 115])
def test_codes_of_any_scale_that_single_precision_holds_have_the_same_map(mixture, d, power):
    """A power of two changes no digit, though squares of such codes are 0 or infinite."""
    codes, scale = mixture(count=60, d=d), 2.0**power
    plain, scaled = (solve(part, settings=TransportSettings(tolerance=TOLERANCE))
                     for part in (codes, codes.astype(np.float64) * scale))  # fmt: skip
    assert scaled.report["distinct_codes"] == 60 and scaled.report["converged"]
    np.testing.assert_array_equal(scaled.transport.heights / scale, plain.transport.heights)
    x = samples("uniform", d)
    np.testing.assert_array_equal(scaled.transport.cells(x), plain.transport.cells(x))


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
@pytest.mark.parametrize("d", [1, 2, 6])
def test_renumbered_codes_have_the_same_cells(mixture, cells_of, d, source):
    codes, x, rng = mixture(count=100, d=d), samples(source, d), np.random.default_rng(5)
    masses, order = rng.dirichlet(np.full(100, 5.0)), rng.permutation(100)
    plain = cells_of(codes, x, source, masses)
    assert (order[cells_of(codes[order], x, source, masses[order])] == plain).mean() > SAME


@pytest.mark.long
@pytest.mark.parametrize("d", [2, 6, 32])
def test_under_the_gaussian_source_turned_codes_have_turned_cells(mixture, cells_of, d):
    codes, x = mixture(count=100, d=d), samples("gaussian", d)
    turn = np.linalg.qr(np.random.default_rng(6).normal(size=(d, d)))[0]
    # <x, R y> = <R^T x, y>: the turned codes' cell of x is the plain ones' cell of R^T x.
    turned = cells_of((codes @ turn.T).astype(np.float32), x, "gaussian")
    assert (turned == cells_of(codes, x @ turn, "gaussian")).mean() > SAME


@pytest.mark.long
@pytest.mark.parametrize("d", [2, 6])
def test_under_the_uniform_source_the_cubes_symmetries_turn_the_cells(mixture, cells_of, d):
    codes, x, rng = mixture(count=100, d=d), samples("uniform", d), np.random.default_rng(7)
    signs, order = rng.choice([-1, 1], size=d), rng.permutation(d)
    moved = 0.5 + signs * (x[:, order] - 0.5)
    turned = cells_of(signs.astype(np.float32) * codes[:, order], moved)
    assert (turned == cells_of(codes, x)).mean() > SAME


@pytest.mark.long
@pytest.mark.parametrize("d", [2, 6])
def test_a_coordinate_without_spread_changes_nothing(mixture, cells_of, d):
    codes, x = mixture(count=100, d=d), samples("uniform", d + 3)
    flat = np.pad(codes, ((0, 0), (0, 3)), constant_values=7)
    assert (cells_of(flat, x) == cells_of(codes, x[:, :d])).mean() > SAME


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_a_split_code_has_the_cell_of_the_whole(mixture, cells_of, source):
    codes, x = mixture(count=150, d=4), samples(source, 4)
    split = np.vstack([codes, codes[:50]])
    masses = np.concatenate([np.full(50, 0.5), np.ones(100), np.full(50, 0.5)])
    cells = cells_of(split, x, source, masses)
    assert (np.where(cells >= 150, cells - 150, cells) == cells_of(codes, x, source)).mean() > SAME


@pytest.mark.long
@pytest.mark.parametrize("source", ["uniform", "gaussian"])
def test_seeds_agree_within_the_tolerance(mixture, cells_of, source):
    codes, x = mixture(count=100, d=8), samples(source, 8)
    cells = [cells_of(codes, x, source, seed=seed) for seed in (0, 1)]
    assert SAME < (cells[0] == cells[1]).mean() < 1
