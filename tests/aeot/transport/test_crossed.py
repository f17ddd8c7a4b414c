"""Crossed halves on other devices than the CPU, against a full sort and the CPU's own search.

Without a GPU the kernel runs in Triton's interpreter, in a process of its own, and is compiled,
which needs no GPU (as in test_fused.py).
"""

import functools
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from aeot.ranks import Ranks
from aeot.transport import TransportSettings, crossed, fused, solve
from aeot.transport.cells import Planes
from aeot.transport.descent import Descent
from aeot.transport.problem import Problem
from aeot.transport.start import start

EVEN_AND_ODD = slice(0, None, 2), slice(1, None, 2)
SHAPES = [
    (1, 2, 2, 1), (5, 40, 3, 16), (20, 300, 9, 16), (7, 65, 16, 5), (9, 33, 64, 64),
    (6, 50, 784, 16), (3, 20, 3072, 16),
]  # fmt: skip


def problem(n, count, dimension, met, dtype=torch.float32, seed=0):
    """Planes as halves with their heights, and half samples."""
    draw = torch.Generator().manual_seed(seed)
    p = (dimension + 1) // 2
    sizes = (count, p + 1), (count, dimension - p + 1), (n, p), (n + met - 1, dimension - p)
    a, b, left, right = (torch.randn(*size, generator=draw, dtype=dtype) for size in sizes)
    b[:, -1] = 0
    return (a, b), (left, right)


def sums(planes, x):
    """Scores (n, K, N) of all pairs, in double precision."""
    left, right = (
        half.double() @ part[:, :-1].double().T + part[:, -1].double()
        for half, part in zip(x, planes, strict=True)
    )
    met = len(right) - len(left) + 1
    return torch.stack([left + right[k : k + len(left)] for k in range(met)], 1).numpy()


def check(found, scores):
    """The planes are those of a full sort, of which the data leaves no doubt."""
    order = np.argsort(-scores, axis=2, kind="stable")
    ranked = np.take_along_axis(scores, order, 2)
    assert (found[0].numpy() == order[..., 0]).all()
    assert (found[1].numpy() == order[..., 1]).all()
    np.testing.assert_allclose(found[2].numpy(), ranked[..., 0] - ranked[..., 1], atol=1e-4)


def tabled(x, planes, first):
    """Tables of the planes `first`, ..., as `update` takes them."""
    return tuple(
        torch.addmm(part[first, -1], half, part[first, :-1].T)
        for half, part in zip(x, planes, strict=True)
    )


@pytest.fixture
def interpreter(interpreted):
    """Run `update` on the CPU; what it has changed comes back."""
    return functools.partial(interpreted, crossed.update)


def on_gpu(left, right, first, value, plane, second):
    found = crossed.update(left.cuda(), right.cuda(), first, value.cuda(), plane.cuda(), second)
    return tuple(a.cpu() for a in found)


@pytest.fixture(params=["torch", "interpreter", pytest.param("gpu", marks=pytest.mark.gpu)])
def update(request):
    """The ways to update the highest planes."""
    if request.param == "torch":
        return crossed._update
    if find_spec("triton") is None:
        pytest.skip("Triton is not installed")
    if request.param == "interpreter":
        return request.getfixturevalue("interpreter")
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    if not fused.available(torch.device("cuda")):
        pytest.skip("Triton does not run on this CUDA device")
    return on_gpu


def state(n, met):
    return torch.full((2, n, met), -torch.inf), torch.zeros(2, n, met, dtype=torch.int64)


@pytest.mark.long
@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize(("n", "count", "dimension", "met"), SHAPES)
@pytest.mark.parametrize("tables", [1, 3])
def test_tables_one_after_the_other_have_the_planes_of_a_sort(
    update, n, count, dimension, met, tables, second
):
    planes, x = problem(n, count, dimension, met)
    value, plane = state(n, met)
    for part in np.array_split(np.arange(count), min(tables, count)):
        first = slice(int(part[0]), int(part[-1]) + 1)
        value, plane = update(*tabled(x, planes, first), first.start, value, plane, second)
    if second:
        check((plane[0], plane[1], value[0] - value[1]), sums(planes, x))
    else:
        assert (plane[0].numpy() == sums(planes, x).argmax(2)).all()
        assert (plane[1] == 0).all()


@pytest.mark.parametrize("tables", [1, 4])
def test_ties_go_to_the_lowest_index(update, tables):
    draw = torch.Generator().manual_seed(0)
    left, right = (torch.randint(0, 3, (n, 120), generator=draw).float() for n in (6, 21))
    value, plane = state(6, 16)
    for first in range(0, 120, 120 // tables):
        own = slice(first, first + 120 // tables)
        parts = left[:, own].contiguous(), right[:, own].contiguous()
        value, plane = update(*parts, first, value, plane, True)
    scores = torch.stack([left + right[k : k + 6] for k in range(16)], 1).numpy()
    order = np.argsort(-scores, axis=2, kind="stable")
    assert (plane[0].numpy() == order[..., 0]).all()
    assert (plane[1].numpy() == order[..., 1]).all()


@pytest.mark.long
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(("rows", "scores"), [(4096, 1 << 23), (7, 1000), (64, 500)])
def test_blocks_of_halves_and_planes_find_the_cells_of_the_cpu(monkeypatch, dtype, rows, scores):
    monkeypatch.setattr(crossed, "_ROWS", rows)
    monkeypatch.setattr(crossed, "_SCORES", scores)
    draw = torch.Generator().manual_seed(3)
    y = torch.randn(200, 9, generator=draw, dtype=dtype)
    kernel = Planes(y, EVEN_AND_ODD)
    kernel.set_heights(torch.randn(200, generator=draw))
    x = torch.randn(115, 9, generator=draw, dtype=dtype)
    halves = x[:100, ::2], x[:, 1::2]
    planes = kernel._halves[0][:200], kernel._halves[1][:200]
    for second in (False, True):
        ours, theirs = crossed.best_two(planes, halves, second), kernel.crossed(halves, second)
        assert torch.equal(ours[0], theirs[0])
        assert torch.equal(ours[1], theirs[1])
        torch.testing.assert_close(ours[2], theirs[2], atol=1e-5, rtol=0)


def test_no_halves_have_no_cells():
    planes, x = problem(0, 9, 4, 16)
    assert [a.shape for a in crossed.best_two(planes, x, True)] == [(0, 16)] * 3


def test_products_are_not_rounded_whatever_the_process_allows():
    planes, x = problem(50, 100, 64, 16)
    exact = crossed.best_two(planes, x, True)
    torch.set_float32_matmul_precision("medium")
    try:
        found = crossed.best_two(planes, x, True)
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision("highest")
    assert all(map(torch.equal, exact, found))


def other_device(monkeypatch):
    """Let the search of other devices serve, on the CPU."""

    def found(planes, x, second):
        left, right = (half.to(planes.dtype) for half in x)
        return crossed.best_two(planes._halves, (left, right), second)

    monkeypatch.setattr(Planes, "crossed", found)


@pytest.mark.long
def test_a_descent_takes_the_same_path_on_other_devices(mixture, monkeypatch):
    """Scores are rounded otherwise, so that a sample or two may change its cell."""
    given = Problem.build(mixture(count=100, d=9), None, "uniform")

    def descend(device="cpu"):
        descent = Descent(given, start(given), 0, torch.device(device))
        assert descent.crosses
        for _ in range(12):
            descent.advance(Ranks(), rough=True)
        return descent.average

    own = descend()
    other_device(monkeypatch)
    torch.testing.assert_close(descend(), own, rtol=0, atol=2e-3 * float(own.abs().max()))


@pytest.mark.long
def test_a_solve_by_the_search_of_other_devices_is_certified(mixture, masses_of, monkeypatch):
    other_device(monkeypatch)
    solution = solve(mixture(count=60, d=9), settings=TransportSettings(tolerance=0.2))
    assert solution.report["converged"]
    assert np.abs(masses_of(solution.transport) - 1 / 60).sum() < 0.2


@pytest.mark.gpu
@pytest.mark.parametrize("double", [False, True])
def test_a_gpu_finds_the_cells_of_the_cpu(double):
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    dtype = torch.float64 if double else torch.float32
    draw = torch.Generator().manual_seed(4)
    y, x = (torch.randn(n, 12, generator=draw, dtype=dtype) for n in (5000, 315))
    found = []
    for device in ("cpu", "cuda"):
        planes = Planes(y.to(device), EVEN_AND_ODD)
        planes.set_heights(-y.double().square().sum(1).to(device) / 2)
        found.append([a.cpu() for a in planes.crossed((x[:300, ::2], x[:, 1::2]), True)])
    same = (found[0][0] == found[1][0]) & (found[0][1] == found[1][1])
    assert same.double().mean() > (0.9999 if double else 0.99)  # the rest within rounding:
    torch.testing.assert_close(found[0][2], found[1][2], atol=1e-4, rtol=0)


@pytest.mark.gpu
def test_a_solve_on_a_gpu_is_crossed_and_certified():
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    codes = np.random.default_rng(0).normal(size=(300, 9))
    solution = solve(codes, settings=TransportSettings(tolerance=0.2), device="cuda")
    assert solution.report["converged"]


@pytest.mark.long
@pytest.mark.skipif(find_spec("triton") is None, reason="Triton is not installed")
@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("capability", [80, 90])
def test_the_kernel_compiles(tmp_path, monkeypatch, capability, second):
    from triton import compile
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    kernel = crossed._kernel()
    rows = crossed._PAIRS // 16
    constants = {"SECOND": second, "ROWS": rows, "MEET": 16, "LANES": crossed._LANES,
                 "NONE": crossed._NONE}  # fmt: skip
    kinds = dict.fromkeys(("count", "met", "width", "start"), "i32") | {"number": "*i64"}
    kinds |= dict.fromkeys(constants, "constexpr")
    kinds = {name: kinds.get(name, "*fp32") for name in kernel.arg_names}
    source = ASTSource(kernel, kinds, constants)
    made = compile(source, GPUTarget("cuda", capability, 32), {"num_warps": 4})
    assert "max.f32" in made.asm["ptx"]
