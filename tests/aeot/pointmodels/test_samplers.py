"""Samplers of codes: a kernel density estimate, and implicit maximum likelihood."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import KernelDensity

from aeot.errors import InputError
from aeot.pointmodels.imle import model as imle
from aeot.pointmodels.imle.settings import Settings as ImleSettings
from aeot.pointmodels.kde import model as kde
from aeot.pointmodels.kde.settings import Settings as KdeSettings
from aeot.pointmodels.stacked import Linear

CPU = torch.device("cpu")


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(3000, 3)) @ np.diag([1, 2, 0.5]) + 5).astype(np.float32)


def test_the_likelihoods_are_those_of_scikit_learn(points):
    left_out, kept = points[:200], points[200:]
    bandwidths = np.array([0.3, 0.7, 2.0])  # below, its trees cut off the tails
    found = kde.log_likelihoods(torch.from_numpy(left_out), torch.from_numpy(kept), bandwidths)
    for value, bandwidth in zip(found, bandwidths, strict=True):
        peer = KernelDensity(bandwidth=bandwidth).fit(kept).score_samples(left_out).mean()
        assert value - 1.5 * np.log(2 * np.pi) == pytest.approx(peer, abs=2e-3)


@pytest.mark.long
def test_the_chosen_bandwidth_is_the_likeliest(points):
    (chosen,) = kde.Model.fit(points, KdeSettings(held_out=500), 1, 0, CPU).report["bandwidths"]
    unit = np.sqrt(points.var(axis=0).mean())
    rng = np.random.default_rng(1)
    fresh = (rng.normal(size=(2000, 3)) @ np.diag([1, 2, 0.5]) + 5).astype(np.float32)
    tried = unit * chosen * np.array([0.6, 1.0, 1.7])
    low, best, high = kde.log_likelihoods(torch.from_numpy(fresh), torch.from_numpy(points), tried)
    assert best > low and best > high


@pytest.mark.long
def test_draws_have_the_points_covariance_and_the_kernels(points):
    settings = KdeSettings(bandwidth=0.5, count=40_000)
    fit = kde.Model.fit(points, settings, 1, 0, CPU)
    wanted = np.cov(points.T) + 0.25 * points.var(axis=0).mean() * np.eye(3)
    assert np.cov(fit.points[-1][0].T) == pytest.approx(wanted, abs=0.12)


def test_too_few_points_to_leave_out_are_named_when_a_bandwidth_is_wanted(points):
    fit = kde.Model.fit(points[:20], KdeSettings(), 1, 0, CPU)
    assert fit.report["bandwidths"] == []
    with pytest.raises(InputError, match="lower held_out, or name a bandwidth"):
        fit.model.sample(KdeSettings(), 0)
    assert fit.model.sample(KdeSettings(bandwidth=0.5, count=7), 0).shape == (1, 7, 3)


@pytest.mark.long
def test_no_point_is_left_alone():
    """No mode is dropped, however rare: the matching starts at the points."""
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0], [4, 0], [0, 4]])
    labels = rng.choice(3, size=600, p=[0.9, 0.07, 0.03])
    points = (centres[labels] + 0.1 * rng.normal(size=(600, 2))).astype(np.float32)
    settings = ImleSettings(epochs=60, batch_size=32, noise=8, width=64, count=4000)
    drawn = imle.Model.fit(points, settings, 1, 0, CPU).points[-1][0]
    distances = np.sqrt(((points[:, None] - drawn[None]) ** 2).sum(axis=2)).min(axis=1)
    assert distances.max() < 0.6


def _imle(points, **changes):
    settings = ImleSettings(**({"epochs": 3, "batch_size": 30, "noise": 4, "width": 8} | changes))
    return imle._Imle(points[:100], settings, 2, 0, CPU)  # 3 steps an epoch


def test_the_net_begins_with_torchs_own_weights(points):
    layers = [m for m in _imle(points, noise=16, width=64).net.modules() if isinstance(m, Linear)]
    assert [tuple(m.weight.shape[1:]) for m in layers] == [(16, 64), (64, 64), (64, 3)]
    for layer in layers:
        torch.manual_seed(0)
        peer = torch.nn.Linear(*layer.weight.shape[1:], bias=False).weight
        assert layer.bias is None
        assert layer.weight.abs().max().item() == pytest.approx(peer.abs().max().item(), rel=0.02)
        assert layer.weight.std().item() == pytest.approx(peer.std().item(), rel=0.1)


def test_every_epoch_has_an_adam_of_its_own(points):
    run = _imle(points)
    parameter, seen = next(run.net.parameters()), []
    for step in range(7):
        run.take(step)
        seen.append(int(run.adam.state[parameter]["step"]))
    assert seen == [1, 2, 3, 1, 2, 3, 1]


@pytest.mark.parametrize("killed", [2, 3, 4])  # 3: between two epochs
def test_a_net_resumed_anywhere_in_an_epoch_is_the_same(points, killed):
    def take(run, steps):
        for step in steps:
            run.take(step)
        return [p.detach().clone() for p in run.net.parameters()]

    whole = take(_imle(points), range(9))
    first, second = _imle(points), _imle(points)
    take(first, range(killed))
    second.restore(first.dump())
    for a, b in zip(whole, take(second, range(killed, 9)), strict=True):
        assert torch.equal(a, b)


def test_a_single_point_is_refused():
    with pytest.raises(InputError, match="at least 2 points"):
        imle.Model.fit(np.zeros((1, 2), np.float32), ImleSettings(), 1, 0, CPU)
