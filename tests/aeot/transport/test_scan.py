"""The compiled scans against NumPy's sort, tile after tile."""

import numpy as np
import pytest
from numba import njit
from numba.core.codegen import get_host_cpu_features

from aeot.transport import scan


def state(shape, dtype):
    return np.full(shape, -np.inf, dtype), np.zeros(shape, np.int32)


def pairs(left, right, count):
    """Scores (N, K, n) of every pair (i, i + k)."""
    n = left.shape[1]
    return np.stack([left + right[:, k : k + n] for k in range(count)], axis=1)


def check_best(scores, best, cell):
    assert (cell == scores.argmax(axis=0)).all()
    assert (best == scores.max(axis=0)).all()


def check_two(scores, best, cell, second, other):
    check_best(scores, best, cell)
    order = np.argsort(-scores, axis=0, kind="stable")
    assert (other == order[1]).all()
    assert (second == np.take_along_axis(scores, order[1:2], axis=0)[0]).all()


@pytest.fixture(params=[np.float32, np.float64])
def dtype(request):
    return request.param


@pytest.fixture(params=[(2, 1), (7, 40), (64, 300)])
def scores(request, dtype):
    return np.random.default_rng(0).normal(size=request.param).astype(dtype)


@pytest.mark.parametrize("tile", [1, 3, 100])
def test_the_highest_of_all_tiles_is_the_argmax(scores, dtype, tile):
    best, cell = state(scores.shape[1:], dtype)
    for start in range(0, len(scores), tile):
        scan.highest(scores[start : start + tile], start, best, cell)
    check_best(scores, best, cell)


@pytest.mark.parametrize("tile", [1, 3, 100])
def test_the_two_highest_are_those_of_a_sort(scores, dtype, tile):
    both = (*state(scores.shape[1:], dtype), *state(scores.shape[1:], dtype))
    for start in range(0, len(scores), tile):
        scan.highest_two(scores[start : start + tile], start, *both)
    check_two(scores, *both)


@pytest.mark.parametrize(("tile", "met"), [(1, 4), (5, 1), (100, 16)])
def test_every_left_half_meets_the_right_halves_that_follow(dtype, tile, met):
    rng = np.random.default_rng(1)
    left, right = (rng.normal(size=(33, 70 + more)).astype(dtype) for more in (0, met - 1))
    one = state((met, 70), dtype)
    two = (*state((met, 70), dtype), *state((met, 70), dtype))
    for start in range(0, 33, tile):
        rows = slice(start, start + tile)
        scan.crossed(left[rows], right[rows], start, *one)
        scan.crossed_two(left[rows], right[rows], start, *two)
    check_best(pairs(left, right, met), *one)
    check_two(pairs(left, right, met), *two)


@pytest.mark.parametrize("d", [1, 3, 16])
@pytest.mark.parametrize("count", [1, 5, 300])
def test_scores_made_as_they_are_compared_are_the_products(dtype, d, count):
    rng = np.random.default_rng(2)
    planes, x = (rng.normal(size=shape).astype(dtype) for shape in ((70, d + 1), (d, count)))
    one, two = state(count, dtype), (*state(count, dtype), *state(count, dtype))
    scan.direct(d, False)(planes, x, *one)
    scan.direct(d, True)(planes, x, *two)
    products = planes[:, :d].astype(float) @ x + planes[:, d:]
    order = np.argsort(-products, axis=0)
    assert (one[1] == order[0]).all()
    assert (two[1] == order[0]).all()
    assert (two[3] == order[1]).all()
    near = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(one[0], products.max(axis=0), rtol=near, atol=near)
    np.testing.assert_allclose(two[2], np.sort(products, axis=0)[-2], rtol=near, atol=near)


def test_ties_stay_with_the_plane_that_came_first():
    scores = np.zeros((5, 3))
    both = (*state(3, float), *state(3, float))
    scan.highest_two(scores, 0, *both)
    assert (both[1] == 0).all()
    assert (both[3] == 1).all()


@pytest.mark.parametrize(
    ("features", "own", "taken"),
    [
        ("+avx2,+avx512f", None, "+avx2,+avx512f,-prefer-256-bit"),
        ("+avx2,-avx512f", None, None),
        ("+avx2,+avx512f", "+avx2", "+avx2"),
    ],
)
def test_whole_registers_are_used_unless_the_user_says_otherwise(monkeypatch, features, own, taken):
    monkeypatch.setattr(scan, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(scan.config, "CPU_FEATURES", own)
    scan._take_widest_vectors()
    assert taken == scan.config.CPU_FEATURES


@pytest.mark.skipif("+avx512f" not in get_host_cpu_features(), reason="no AVX-512 here")
def test_the_scans_are_compiled_to_whole_registers():
    compiled = njit(scan.highest.py_func)
    compiled(np.zeros((2, 64), np.float32), 0, np.zeros(64, np.float32), np.zeros(64, np.int32))
    (code,) = compiled.inspect_asm().values()
    assert "%zmm" in code
