"""Stacked layers against torch's own, trial by trial."""

import pytest
import torch
from torch import nn

from aeot.pointmodels import nets
from aeot.pointmodels.maxout import maxout
from aeot.pointmodels.stacked import BatchNorm, Linear, Maxout

TRIALS = 3


@pytest.fixture
def generators():
    return [torch.Generator().manual_seed(seed) for seed in range(TRIALS)]


def single(layer, trial):
    """Torch's layer with the parameters of one trial."""
    weight = layer.weight[trial].T
    alone = nn.Linear(weight.shape[1], weight.shape[0], bias=layer.bias is not None)
    alone.weight.data = weight.data
    if layer.bias is not None:
        alone.bias.data = layer.bias[trial, 0].data
    return alone


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer_is_torchs_for_every_trial(generators, bias):
    layer, x = Linear(generators, 5, 7, bias), torch.randn(TRIALS, 11, 5)
    if bias:
        nn.init.normal_(layer.bias)
    for trial in range(TRIALS):
        torch.testing.assert_close(layer(x)[trial], single(layer, trial)(x[trial]))


def test_maxout_is_the_largest_of_five_pieces(generators):
    layer, x = Maxout(generators, 4, 6), torch.randn(TRIALS, 9, 4)
    pieces = layer.linear(x).reshape(TRIALS, 9, 5, 6)
    torch.testing.assert_close(layer(x), pieces.max(dim=2).values)


@pytest.mark.long
@pytest.mark.parametrize("shape", [(1, 5, 3), (4, 7, 5, 20)])
def test_the_gradient_of_maxout_goes_to_the_largest_piece(shape):
    pieces = torch.randn(shape, dtype=torch.float64, requires_grad=True)
    found, expected = maxout(pieces), pieces.amax(dim=-2)
    torch.testing.assert_close(found, expected)
    weight = torch.randn(found.shape, dtype=torch.float64)
    (ours,) = torch.autograd.grad((found * weight).sum(), pieces)
    (theirs,) = torch.autograd.grad((expected * weight).sum(), pieces)
    assert torch.equal(ours, theirs)


def test_a_tie_of_pieces_goes_to_the_first():
    pieces = torch.zeros(2, 5, 3, requires_grad=True)
    maxout(pieces).sum().backward()
    assert torch.equal(pieces.grad[:, 0], torch.ones(2, 3))
    assert not pieces.grad[:, 1:].any()


@pytest.mark.parametrize("slots", [1, 2, 4])
def test_batch_norm_is_torchs_for_every_trial_and_every_slot_of_its_packs(slots):
    torch.manual_seed(0)
    layer, x = BatchNorm(TRIALS, 6, slots), torch.randn(TRIALS, 40, 6) * 3
    x += torch.arange(40.0)[:, None] % slots  # the slots differ: all at once is another result
    nn.init.normal_(layer.scale)
    nn.init.normal_(layer.shift)
    found = layer(x)
    for trial in range(TRIALS):
        means, deviations = [], []
        for slot in range(slots):
            alone = nn.BatchNorm1d(6, eps=1e-4)
            alone.weight.data = layer.scale[trial, 0].data
            alone.bias.data = layer.shift[trial, 0].data
            own = x[trial, slot::slots]
            torch.testing.assert_close(found[trial, slot::slots], alone(own))
            means.append(own.mean(dim=0))
            deviations.append((own.var(dim=0, correction=0) + 1e-4).sqrt())
        mean, deviation = (torch.stack(part).mean(dim=0) for part in (means, deviations))
        torch.testing.assert_close(layer.mean[trial, 0], 0.05 * mean)
        torch.testing.assert_close(layer.deviation[trial, 0], 0.95 + 0.05 * deviation)
    expected = (x - layer.mean) / layer.deviation * layer.scale + layer.shift
    torch.testing.assert_close(layer.eval()(x), expected)


def test_each_trials_weights_come_from_its_own_generator(generators):
    layer = Linear(generators, 100, 50)
    alone = Linear([torch.Generator().manual_seed(1)], 100, 50)
    assert torch.equal(layer.weight[1], alone.weight[0])
    assert layer.weight.std().item() == pytest.approx(0.02, rel=0.03)
    assert not layer.bias.any()


def test_networks_have_the_published_sizes(generators):
    def parameters(net):
        return sum(p.numel() for p in net.parameters()) // TRIALS

    assert parameters(nets.generator(generators, 2)) == 484_802
    assert parameters(nets.encoder(generators, 2)) == 164_002
    for pack in (1, 2, 3, 4):
        assert parameters(nets.critic(generators, 2 * pack)) == 405_201 + 2000 * (pack - 1)
