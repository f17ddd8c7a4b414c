"""The shared training against one written out for a single trial with torch's own layers."""

import numpy as np
import pytest
import torch
from torch import nn

from aeot.errors import InputError
from aeot.pointmodels.adversarial import Adversarial, losses
from aeot.pointmodels.pacgan.model import Model, PacGan
from aeot.pointmodels.pacgan.settings import Settings

CPU = torch.device("cpu")


class _Maxout(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.linear = nn.Linear(inputs, 1000)

    def forward(self, x):
        return self.linear(x).reshape(len(x), 5, 200).amax(dim=1)


def plain_nets(game, pack):
    """A generator and a critic of torch's layers with the parameters of a stack's one trial."""
    layers = []
    for inputs in (2, 400, 400, 400):
        layers += [nn.Linear(inputs, 400, bias=False), nn.BatchNorm1d(400, eps=1e-4), nn.ReLU()]
    generator = nn.Sequential(*layers, nn.Linear(400, 2))
    critic = nn.Sequential(_Maxout(2 * pack), _Maxout(200), _Maxout(200), nn.Linear(200, 1))
    for plain, stacked in ((generator, game.players[0]), (critic, game.critic)):
        for ours, theirs in zip(plain.parameters(), stacked.parameters(), strict=True):
            value = theirs.detach()[0]
            ours.data = (value.T if ours.ndim == 2 else value[0]).clone().contiguous()
    return generator, critic


@pytest.mark.long
@pytest.mark.parametrize("pack", [1, 3])
def test_steps_are_those_of_a_single_gan_written_out(pack):
    points = np.random.default_rng(0).normal(size=(500, 2)).astype(np.float32)
    settings = Settings(steps=3, batch_size=10, pack=pack, learning_rate=1e-3)
    run = Adversarial(Model, points, settings, 1, 0, CPU)
    generator, critic = plain_nets(run.game, pack)
    betas = (settings.beta1, settings.beta2)
    adams = [torch.optim.Adam(net.parameters(), 1e-3, betas) for net in (critic, generator)]
    rows, noise = run.draw(0)
    bce = nn.functional.binary_cross_entropy_with_logits
    for k in range(3):
        x, z = torch.from_numpy(points)[rows[k, 0]], noise[k, 0, :, :2]
        slots = [generator(z[slot::pack]) for slot in range(pack)]  # each a batch of its own
        fake = torch.stack(slots, dim=1).reshape(10 * pack, 2)
        real_logits = critic(x.reshape(10, 2 * pack))
        fake_logits = critic(fake.reshape(10, 2 * pack))
        ones, zeros = torch.ones_like(real_logits), torch.zeros_like(real_logits)
        loss_d = bce(real_logits, ones) + bce(fake_logits, zeros)
        loss_g = bce(fake_logits, ones)  # the term of the real samples has no gradient here
        grads = torch.autograd.grad(loss_d, critic.parameters(), retain_graph=True)
        grads += torch.autograd.grad(loss_g, generator.parameters())
        for parameter, grad in zip(
            [*critic.parameters(), *generator.parameters()], grads, strict=True
        ):
            parameter.grad = grad
        for adam in adams:
            adam.step()
    run.snapshot_steps = [3]
    run._advance()
    wanted = plain_nets(run.game, pack)
    for ours, theirs in zip((generator, critic), wanted, strict=True):
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            # Adam divides by the size of a gradient: tiny ones may differ in sign.
            assert ((a - b).abs() < 1e-4).float().mean() > 0.99


def test_losses_are_means_of_cross_entropies():
    real, fake = torch.randn(2, 3, 50, 1)
    loss_d, loss_g = losses((real, fake))
    bce = nn.functional.binary_cross_entropy_with_logits
    for trial in range(3):
        ones, zeros = torch.ones(50, 1), torch.zeros(50, 1)
        expected = bce(real[trial], ones) + bce(fake[trial], zeros)
        torch.testing.assert_close(loss_d[trial], expected)
        expected = bce(real[trial], zeros) + bce(fake[trial], ones)
        torch.testing.assert_close(loss_g[trial], expected)


@pytest.mark.long
def test_a_gan_learns_where_the_data_lie():
    points = np.random.default_rng(0).normal([3, -1], 0.5, size=(1000, 2)).astype(np.float32)
    settings = Settings(steps=300, batch_size=32, learning_rate=1e-3, beta1=0.5, count=500)
    for drawn in Model.fit(points, settings, 2, 0, CPU).points[-1]:
        # It circles around the data: a start at 0 is 3.2 away.
        assert np.linalg.norm(drawn.mean(axis=0) - [3, -1]) < 1.5


def test_a_loss_that_is_not_finite_is_one_sentence():
    points = np.full((50, 2), np.nan, np.float32)
    with pytest.raises(InputError, match="not finite before step"):
        Model.fit(points, Settings(steps=20, batch_size=4), 1, 0, CPU)


def test_points_of_a_pack_are_a_sample_together():
    game = PacGan([torch.Generator().manual_seed(0)], 2, 2)
    x, z = torch.randn(1, 8, 2), torch.randn(1, 8, 2)
    real, fake = game.eval().logits(x, z, z)
    assert real.shape == fake.shape == (1, 4, 1)
    torch.testing.assert_close(real[0, 0], game.critic(x[:, :2].reshape(1, 1, 4))[0, 0])
