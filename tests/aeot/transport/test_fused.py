"""The fused kernel against a full sort in float64 and against the plain path.

Without a GPU the kernels run in Triton's interpreter, in a process of their own: Triton reads
TRITON_INTERPRET when it is imported. What the interpreter forgives, the compiler may not, so the
kernels are also compiled, which needs no GPU.
"""

import functools
import logging
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from aeot.transport import fused
from aeot.transport.cells import Planes

SCRIPTS = Path(__file__).parents[3] / "scripts"
SHAPES = [
    (5, 2, 1), (1, 64, 2), (40, 300, 3), (70, 65, 16), (33, 129, 64), (37, 100, 65), (64, 128, 100),
    (9, 100, 130), (4, 70, 512), (35, 4200, 5), (5, 70, 784), (3, 40, 3072),
]  # fmt: skip
triton = pytest.mark.skipif(find_spec("triton") is None, reason="Triton is not installed")


@pytest.fixture
def interpreter(interpreted):
    """Run best_two on the CPU."""
    return functools.partial(interpreted, fused.best_two)


def on_gpu(x, y, h, tf32):
    return tuple(a.cpu() for a in fused.best_two(x.cuda(), y.cuda(), h.cuda(), tf32))


@pytest.fixture(params=["interpreter", pytest.param("gpu", marks=pytest.mark.gpu)])
def best_two(request):
    if find_spec("triton") is None:
        pytest.skip("Triton is not installed")
    if request.param == "interpreter":
        return request.getfixturevalue("interpreter")
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    if not fused.available(torch.device("cuda")):
        pytest.skip("Triton does not run on this CUDA device")
    return on_gpu


def problem(m, count, dimension, seed=0):
    draw = torch.Generator().manual_seed(seed)
    x = torch.rand(m, dimension, generator=draw) - 0.5
    return x, torch.randn(count, dimension, generator=draw), torch.randn(count, generator=draw)


def check(found, x, y, h, tf32=False):
    """The planes found are the two highest, up to what the precision cannot tell apart."""
    cell, runner_up, gap = (a.numpy() for a in found)
    x, y, h = (a.double().numpy() for a in (x, y, h))
    scores = x @ y.T + h
    ranked = np.sort(scores, axis=1)[:, ::-1]
    size = (abs(x) @ abs(y).T).max()
    rounding = 2e-6 * (size + abs(h).max())
    blur = rounding + (2**-9 * size if tf32 else 0)  # of the choice: TF32 cuts after 10 bits
    row = np.arange(len(x))
    assert (cell != runner_up).all()
    assert (scores[row, cell] >= ranked[:, 0] - blur).all()
    assert (scores[row, runner_up] >= ranked[:, 1] - blur).all()
    assert (gap >= 0).all()
    np.testing.assert_allclose(
        gap, scores[row, cell] - scores[row, runner_up], atol=rounding, rtol=0
    )
    order = np.argsort(-scores, axis=1, kind="stable")
    margin = -np.diff(np.pad(ranked[:, :3], ((0, 0), (0, 1)), constant_values=-np.inf))
    clear = (margin[:, :2] > 2 * blur).all(axis=1)
    assert clear.any() or tf32
    assert (cell[clear] == order[clear, 0]).all()
    assert (runner_up[clear] == order[clear, 1]).all()


@pytest.mark.parametrize("tf32", [False, True])
@pytest.mark.parametrize(("m", "count", "dimension"), SHAPES)
def test_the_two_planes_are_those_of_a_full_sort(best_two, m, count, dimension, tf32):
    x, y, h = problem(m, count, dimension)
    found = best_two(x, y, h, tf32)
    assert [a.dtype for a in found] == [torch.int64, torch.int64, torch.float32]
    check(found, x, y, h, tf32 and best_two is on_gpu)


def test_in_the_interpreter_tf32_is_float32(interpreter):
    pytest.importorskip("triton")
    x, y, h = problem(50, 300, 20)
    for a, b in zip(interpreter(x, y, h, False), interpreter(x, y, h, True), strict=True):
        assert torch.equal(a, b)


@pytest.mark.long
def test_the_plain_path_finds_the_same(best_two):
    x, y, h = problem(60, 700, 12)
    planes = Planes(y)
    planes.set_heights(h)
    cell, runner_up, gap = best_two(x, y, h, False)
    expected = planes.best_two(x)
    assert torch.equal(cell, expected[0])
    assert torch.equal(runner_up, expected[1])
    torch.testing.assert_close(gap, expected[2], atol=1e-5, rtol=0)


@pytest.mark.parametrize("tf32", [False, True])
def test_ties_go_to_the_lowest_index(best_two, tf32):
    draw = np.random.default_rng(0)
    x = draw.integers(0, 2, (50, 3)).astype(np.float32)  # small integers: every sum is exact
    y = draw.integers(0, 3, (4500, 3)).astype(np.float32)
    h = draw.integers(0, 2, 4500).astype(np.float32)
    for part in (slice(None), slice(40), slice(1000, 1300)):
        scores = x @ y[part].T + h[part]
        first = scores.argmax(axis=1)
        top = scores.max(axis=1)
        scores[np.arange(50), first] = -np.inf
        cell, runner_up, gap = best_two(*(torch.from_numpy(a) for a in (x, y[part], h[part])), tf32)
        assert (cell.numpy() == first).all()
        assert (runner_up.numpy() == scores.argmax(axis=1)).all()
        assert (gap.numpy() == top - scores.max(axis=1)).all()


@pytest.mark.parametrize("tf32", [False, True])
def test_equal_planes_give_the_first_two(best_two, tf32):
    x = torch.arange(36.0).reshape(9, 4)  # integers: sums are exact in whatever order
    cell, runner_up, gap = best_two(x, torch.ones(600, 4), torch.zeros(600), tf32)
    assert (cell == 0).all()
    assert (runner_up == 1).all()
    assert (gap == 0).all()


def test_tf32_does_not_decide_among_neighbours(best_two):
    y = torch.ones(300, 4)
    y[200:] -= 4
    y[17] += 2**-12  # less than TF32 can tell
    y[16] += 2**-13
    cell, runner_up, gap = best_two(torch.ones(3, 4), y, torch.zeros(300), True)
    assert (cell == 17).all()
    assert (runner_up == 16).all()
    assert (gap == 2**-11).all()


@pytest.mark.parametrize("tf32", [False, True])
@pytest.mark.parametrize("offset", [1e3, -1e5])
def test_a_large_common_offset_costs_no_more_than_its_rounding(best_two, offset, tf32):
    x, y, h = problem(40, 200, 8)
    for given in ((x, y, 30 * h + offset), (x + 100, y, h)):
        check(best_two(*given, tf32), *given, tf32 and best_two is on_gpu)


def test_rows_do_not_depend_on_each_other(best_two):
    x, y, h = problem(50, 400, 6)
    parts = [best_two(part, y, h, False) for part in x.split((1, 32, 17))]
    for whole, split in zip(best_two(x, y, h, False), zip(*parts, strict=True), strict=True):
        torch.testing.assert_close(whole, torch.cat(split), atol=1e-5, rtol=0)


def test_samples_and_heights_may_be_strided_views(best_two):
    x, y, h = problem(20, 90, 10)
    found = best_two(x.T.contiguous().T, y, torch.stack([h, -h], dim=1)[:, 0], False)
    assert all(torch.equal(a, b) for a, b in zip(found, best_two(x, y, h, False), strict=True))


def test_no_samples_give_empty_answers(best_two):
    cell, runner_up, gap = best_two(*problem(0, 9, 3), True)
    assert [len(a) for a in (cell, runner_up, gap)] == [0, 0, 0]
    assert [a.dtype for a in (cell, runner_up, gap)] == [torch.int64, torch.int64, torch.float32]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x, y, h: (x[:, :2], y, h), "must have shapes"),
        (lambda x, y, h: (x[0], y, h), "must have shapes"),
        (lambda x, y, h: (x, y, h[1:]), "must have shapes"),
        (lambda x, y, h: (x, y, h[:, None]), "must have shapes"),
        (lambda x, y, h: (x.double(), y, h), "must be float32; they are torch.float64"),
        (lambda x, y, h: (x, y, h.double()), "must be float32"),
        (lambda x, y, h: (x, y.T.contiguous().T, h), "contiguous"),
        (lambda x, y, h: (x, y[:1], h[:1]), "N must be 2 or more"),
        (lambda x, y, h: (x[:, :0], y[:, :0], h), "d 1 or more"),
        (lambda x, y, h: (x, y.to("meta"), h), "on one GPU"),
    ],
)
def test_what_does_not_fit_is_named(interpreter, change, message):
    pytest.importorskip("triton")
    with pytest.raises(ValueError, match=message):
        interpreter(*change(*problem(4, 9, 3)), False)


@triton
def test_the_cpu_is_refused_outside_the_interpreter():
    with pytest.raises(ValueError, match="on one GPU"):
        fused.best_two(*problem(4, 9, 3), False)


@pytest.mark.long
@triton
@pytest.mark.parametrize("tf32", [False, True])
@pytest.mark.parametrize(("capability", "dimension"), [(80, 100), (90, 64), (90, 130), (90, 3072)])
def test_the_first_kernel_compiles(tmp_path, monkeypatch, capability, dimension, tf32):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    scan, _ = fused._kernels(dimension, tf32, False)
    constants = fused._constants(dimension, tf32) | scan.configs[0].kwargs
    made = compiled(scan.fn, capability, constants, num_warps=scan.configs[0].num_warps)
    assert ("tf32" in made.asm["ptx"]) == tf32
    assert ("wgmma" in made.asm["ptx"]) == (tf32 and capability == 90)


@pytest.mark.long
@triton
def test_the_second_kernel_compiles(tmp_path, monkeypatch):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    _, settle = fused._kernels(64, True, False)
    constants = {"D": 64, "K": 32, "ROWS": 8, "GROUP": 8}
    assert "tf32" not in compiled(settle, 90, constants).asm["ptx"]


def compiled(kernel, capability, constants, **options):
    from triton import compile
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    kinds = dict.fromkeys(("m", "count", "share", "splits", "large"), "i32")
    kinds |= {"first": "*i32", "cell": "*i64", "runner_up": "*i64"}
    kinds |= dict.fromkeys(constants, "constexpr")
    kinds = {name: kinds.get(name, "*fp32") for name in kernel.arg_names}
    return compile(ASTSource(kernel, kinds, constants), GPUTarget("cuda", capability, 32), options)


@pytest.mark.long
def test_importing_the_module_does_not_import_triton():
    code = "import sys; import aeot.transport.fused; sys.exit('triton' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SCRIPTS)


@pytest.mark.long
def test_where_triton_is_missing_the_kernel_is_not_available(monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "triton", None)
    fused.available.cache_clear()
    with caplog.at_level(logging.WARNING):
        assert not fused.available(torch.device("cuda"))
        assert not fused.available(torch.device("cpu"))
    fused.available.cache_clear()
    assert len(caplog.messages) == 1
    assert "the slower path is used" in caplog.text
