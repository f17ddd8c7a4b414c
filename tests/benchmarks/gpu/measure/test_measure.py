"""What the parts compute from what they measure."""

import math
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))

from benchmarks.gpu.job import Job, SkippedError
from benchmarks.gpu.measure import compiled, images, kernel, mixtures, steps, transport
from benchmarks.kernel import prepare

from aeot.transport.descent import Descent
from aeot.transport.problem import Problem


@pytest.fixture
def job(tmp_path):
    return Job(torch.device("cpu"), True, time.monotonic() + 60, tmp_path, None, "", lambda _: None)


@pytest.mark.long
def test_a_steps_arithmetic_is_that_of_its_layers_gradients_of_gradients_included():
    layer = torch.nn.Linear(5, 7)
    x = torch.ones(3, 5, requires_grad=True)
    with steps._Counter() as counter:
        score = layer(x).square().sum()
        (gradient,) = torch.autograd.grad(score, x, create_graph=True)
        gradient.square().sum().backward()
    # y = W x; g = W^T 2 y; of g: two products back through W^T 2 y, two through W x.
    assert counter.flops == 6 * 2 * 3 * 5 * 7


def test_the_generators_step_counts_once_in_its_critics_steps(job):
    tiny = {"width": 4, "batch_size": 8}
    one, two, four = (steps._flops("mmgan", job, {**tiny, "critic_steps": k}) for k in (1, 2, 4))
    assert one - two == pytest.approx(2 * (two - four))  # critic + generator / k
    assert one > two > four


def test_the_projection_takes_the_rate_after_the_first_seconds():
    path = [(100, 4.0), (200, 5.0), (400, 7.0)]
    found = mixtures._rate(path, 1000)
    assert found["steps_per_second"] == pytest.approx(100)
    assert found["projected_s"] == pytest.approx(7 + 6)
    assert mixtures._rate([(50, 0.5)], 100)["projected_s"] == pytest.approx(1)
    assert mixtures._rate([(0, 0.0)], 100)["projected_s"] is None


def test_pixels_are_means_of_two_by_two():
    given = np.arange(16, dtype=np.uint8).reshape(1, 1, 4, 4) * 10
    expected = np.array([[25, 45, 105, 125]]) / 255
    np.testing.assert_allclose(images._pixels(given), expected)


def test_agreement_is_the_share_of_right_planes():
    planes, x, _ = prepare(16, 200, 64, torch.device("cpu"))
    cells = planes.best(x)
    assert kernel._agreement(planes, x, cells) == 1
    cells[:16] = (cells[:16] + 1) % 200
    assert kernel._agreement(planes, x, cells) == 0.75


def test_crossed_pairs_are_timed_beside_whole_samples(tmp_path):
    noted = {}
    job = Job(torch.device("cpu"), True, time.monotonic() + 60, tmp_path, None, "", noted.update)
    kernel.measure("d=64, N=60,000", job)
    for name in ("best_float32_ns", "crossed_float32_ns", "crossed_two_float32_ns"):
        assert noted[name] > 0


@pytest.mark.parametrize("case", ["latents", "latents, uncrossed"])
def test_the_uncrossed_solve_crosses_nothing(case, tmp_path, monkeypatch):
    crosses = []
    job = Job(torch.device("cpu"), True, time.monotonic() + 60, tmp_path, None, "", lambda _: None)

    def solved(*given):
        codes = torch.randn(50, 16).numpy()
        problem = Problem.build(codes, None, "uniform")
        found = Descent(problem, torch.zeros(50).double(), 0, torch.device("cpu"))
        crosses.append(found.crosses)
        return {}

    monkeypatch.setattr(transport, "_ours", solved)
    for name in (case, "latents"):
        transport.measure(name, job)
    assert crosses == [case == "latents", True]


def test_a_path_that_has_not_reached_the_tolerance_has_no_seconds_to_it():
    far = {"seconds": 2.0, "mass_error": 0.4, "mass_error_high": 0.5, "source_samples": 1000}
    path = [{**far, "variant": ""}]
    values = transport._values(path, 500, 0.05)
    assert values["seconds_to_tolerance"] is None
    assert values["efficiency"] == pytest.approx(0.4 / math.sqrt(2 / math.pi * 0.5))
    path.append({**path[0], "seconds": 8.0, "mass_error": 0.025})
    assert 2 < transport._values(path, 500, 0.05)["seconds_to_tolerance"] < 8


@pytest.mark.parametrize(
    ("module", "case"), [(compiled, "d=64, TF32"), (kernel, "flash-sinkhorn, d=64, N=60,000")]
)
def test_what_only_cuda_can_do_is_skipped_with_the_reason(module, case, job):
    with pytest.raises(SkippedError, match="runs on CUDA only"):
        module.measure(case, job)
