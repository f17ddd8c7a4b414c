"""The compiled scans against NumPy's sort, tile after tile."""

import importlib
import os
import subprocess
import sys
from operator import attrgetter
from pathlib import Path

import numba
import numpy as np
import pytest
from numba import njit
from numba.core.codegen import get_host_cpu_features

from aeot.transport import kernel, scan

FEW = scan.PLANES  # the fewest planes that a scan takes


@pytest.fixture(params=[np.float32, np.float64])
def dtype(request):
    return request.param


def state(shape, dtype, second):
    best, cell = np.full(shape, -np.inf, dtype), np.zeros(shape, np.int32)
    return (best, cell, best.copy(), cell.copy()) if second else (best, cell)


def lanes(x):
    """Samples (n, d) as the scans read them."""
    return np.ascontiguousarray(x.reshape(-1, scan.LANES, x.shape[1]).transpose(0, 2, 1))


def scores(planes, x):
    """(N, n), in double precision."""
    return planes[:, :-1].astype(float) @ x.T + planes[:, -1:]


def check(found, scores, dtype):
    """Compare a state with a full sort of the scores (N, ...)."""
    order = np.argsort(-scores, axis=0, kind="stable")
    near = 1e-5 if dtype == np.float32 else 1e-12
    for rank in range(len(found) // 2):
        assert (found[2 * rank + 1] == order[rank]).all()
        value = np.take_along_axis(scores, order[rank : rank + 1], axis=0)[0]
        np.testing.assert_allclose(found[2 * rank], value, rtol=near, atol=near)


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("tile", [FEW, 5 * FEW, 100 * FEW])
@pytest.mark.parametrize(("d", "count"), [(1, 1), (3, 4), (40, 2)])
def test_the_highest_of_all_tiles_are_those_of_a_sort(dtype, second, tile, d, count):
    rng = np.random.default_rng(0)
    planes = rng.normal(size=(50 * FEW, d + 1)).astype(dtype)
    x = rng.normal(size=(count * scan.LANES, d)).astype(dtype)
    found = state((1, len(x)), dtype, second)
    for start in range(0, len(planes), tile):
        scan.highest(planes[start : start + tile], lanes(x), start, found)
    check(found, scores(planes, x)[:, None], dtype)


@pytest.mark.long
@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize(("p", "q"), [(1, 3), (20, 20)])
@pytest.mark.parametrize("met", [1, 16])
def test_every_left_half_meets_the_right_halves_that_follow(dtype, second, p, q, met):
    rng = np.random.default_rng(1)
    planes = [rng.normal(size=(10 * FEW, half + 1)).astype(dtype) for half in (p, q)]
    n = 2 * scan.LANES
    left, right = (rng.normal(size=(m, half)).astype(dtype) for m, half in ((n, p), (2 * n, q)))
    found = state((met, n), dtype, second)
    scan.crossed(tuple(planes), (lanes(left), lanes(right)), found)
    a, b = scores(planes[0], left), scores(planes[1], right)
    check(found, np.stack([a + b[:, k : k + n] for k in range(met)], axis=1), dtype)


def test_ties_stay_with_the_plane_that_came_first(dtype):
    found = state((1, scan.LANES), dtype, True)
    scan.highest(np.zeros((2 * FEW, 3), dtype), np.zeros((1, 2, scan.LANES), dtype), 0, found)
    assert (found[1] == 0).all()
    assert (found[3] == 1).all()


def test_planes_that_fill_up_are_nowhere_highest(dtype):
    planes = np.zeros((FEW, 2), dtype)
    planes[2:, -1] = -np.inf
    found = state((1, scan.LANES), dtype, True)
    x = np.linspace(-1e30, 1e30, scan.LANES, dtype=dtype)[None, None]
    scan.highest(planes, x, 0, found)
    assert (found[1] == 0).all()
    assert (found[3] == 1).all()


def test_a_high_plane_costs_its_products_no_digits():
    rng = np.random.default_rng(2)
    planes = rng.normal(size=(FEW, 513)).astype(np.float32)
    planes[:, -1] = 1e4  # float32 resolves 0.001 there, and 512 sums of that size do not
    x = rng.normal(size=(scan.LANES, 512)).astype(np.float32)
    found = state((1, len(x)), np.float32, False)
    scan.highest(planes, lanes(x), 0, found)
    assert abs(found[0] - scores(planes, x).max(axis=0)).max() < 0.001


@pytest.mark.parametrize(("planes", "samples", "kept"), [(FEW + 1, 1, 1), (FEW, 2, 1), (FEW, 1, 2)])
def test_what_is_not_whole_blocks_is_not_read(planes, samples, kept):
    tile, x = np.zeros((planes, 3), np.float32), np.zeros((samples, 2, scan.LANES), np.float32)
    with pytest.raises(ValueError, match="whole blocks"):
        scan.highest(tile, x, 0, state((1, kept * scan.LANES), np.float32, False))


@pytest.mark.parametrize(
    ("left", "right", "met", "message"),
    [(FEW, 2 * FEW, 1, "alike"), (FEW + 1, FEW + 1, 1, "alike"), (FEW, FEW, 2, "as many")],
)
def test_half_samples_that_do_not_meet_are_not_read(left, right, met, message):
    planes = np.zeros((left, 2), np.float32), np.zeros((right, 2), np.float32)
    x = np.zeros((1, 1, scan.LANES), np.float32)
    with pytest.raises(ValueError, match=message):
        scan.crossed(planes, (x, x), state((met, scan.LANES), np.float32, False))


@pytest.mark.skipif("+avx512f" not in get_host_cpu_features(), reason="no AVX-512 here")
def test_the_scans_are_compiled_to_whole_registers():
    compiled = njit(scan.highest.py_func)
    found = state((1, 32), np.float32, True)
    compiled(np.zeros((6, 3), np.float32), np.zeros((1, 2, 32), np.float32), 0, found)
    (code,) = compiled.inspect_asm().values()
    assert "%zmm" in code


INTERNALS = [
    "numba.extending:intrinsic", "numba.extending:register_model",
    "numba.extending:models.PrimitiveModel", "numba.core.cgutils:alloca_once_value",
    "numba.core.cgutils:for_range", "numba.core.cgutils:get_item_pointer",
    "numba.core.cgutils:get_or_insert_function", "numba.core.cgutils:unpack_tuple",
    "numba.core.base:BaseContext.get_abi_sizeof", "numba.core.base:BaseContext.get_data_type",
    "numba.core.base:BaseContext.make_array", "numba.core.codegen:get_host_cpu_features",
    "numba.core.config:CPU_FEATURES", "llvmlite.ir:IRBuilder.shuffle_vector",
    "llvmlite.ir:IRBuilder.if_then", "llvmlite.ir:VectorType", "llvmlite.ir:Undefined",
]  # fmt: skip


def missing(names):
    found = []
    for name in names:
        module, _, path = name.partition(":")
        try:
            attrgetter(path)(importlib.import_module(module))
        except (ImportError, AttributeError):
            found.append(name)
    return found


def test_numba_has_the_internals_that_the_scans_are_built_on():
    gone = missing(INTERNALS)
    assert gone == [], (
        f"Numba {numba.__version__} has no {', '.join(gone)}, on which scripts/aeot/transport/"
        "scan.py is built: until that is rewritten the slower scans of plain.py serve."
    )
    assert kernel.scans() is scan, f"scan.py does not work with Numba {numba.__version__}."
    assert missing(["numba.core.cgutils:gone", "numba.gone:x"]) != []


WITHOUT = """
import numpy as np
from aeot.transport import scan
assert scan.LANES == 16
rng = np.random.default_rng(0)
planes = rng.normal(size=(60, 8)).astype(np.float32)
x = rng.normal(size=(64, 7)).astype(np.float32)
blocks = np.ascontiguousarray(x.reshape(4, 16, 7).transpose(0, 2, 1))
best, cell = np.full((1, 64), -np.inf, np.float32), np.zeros((1, 64), np.int32)
second, other = best.copy(), cell.copy()
scan.highest(planes, blocks, 0, (best, cell, second, other))
order = np.argsort(-(planes[:, :-1].astype(float) @ x.T + planes[:, -1:]), axis=0)
assert (cell[0] == order[0]).all() and (other[0] == order[1]).all()
"""


@pytest.mark.long
def test_processors_without_wide_registers_find_the_same(tmp_path):
    features = get_host_cpu_features().replace("+avx512", "-avx512")
    scripts = str(Path(scan.__file__).parents[2])
    own = {"NUMBA_CPU_FEATURES": features, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": scripts}
    subprocess.run([sys.executable, "-c", WITHOUT], check=True, env=os.environ | own)
