"""Minibatch discrimination on points: PacGAN's networks, the layer after the third maxout.

M = f T with T (A, B, C) of unit columns times a learned scale; o_b(i) = sum_{j != i}
exp(-|M_ib - M_jb|_1) plus a bias that starts at -1 (Salimans et al. 2016, section 3.2, as coded
there). Real and generated samples are separate minibatches.
"""

import torch
from torch import Tensor, nn

from aeot.pointmodels import nets
from aeot.pointmodels.adversarial import Game, GameModel, Logits
from aeot.pointmodels.md.settings import Settings
from aeot.pointmodels.stacked import Generators, Linear, normal


class Similarities(nn.Module):
    """The closeness of each sample to the others of its minibatch: (T, n, A) -> (T, n, A + B)."""

    def __init__(self, generators: Generators, inputs: int, kernels: int, size: int) -> None:
        super().__init__()
        trials, self.kernels, self.size = len(generators), kernels, size
        drawn = normal(generators, inputs, kernels * size, deviation=0.05)
        self.theta = nn.Parameter(drawn)
        self.log_scale = nn.Parameter(torch.zeros(trials, 1, kernels * size))
        self.bias = nn.Parameter(torch.full((trials, 1, kernels), -1.0))

    def forward(self, x: Tensor) -> Tensor:
        """Compare all pairs."""
        unit = self.theta / self.theta.norm(dim=1, keepdim=True)
        features = torch.bmm(x, unit * self.log_scale.exp())
        features = features.unflatten(-1, (self.kernels, self.size)).movedim(2, 1)
        # (T, B, n, n); cdist's own gradient at 0, of a sample to itself, is 0.
        near = torch.exp(-torch.cdist(features, features, p=1.0)).sum(dim=-1) - 1
        return torch.cat([x, near.movedim(1, 2) + self.bias], dim=-1)


class MinibatchGan(Game):
    """A generator, and a critic that compares the samples of its minibatch."""

    def __init__(
        self, generators: Generators, dimension: int, kernels: int, kernel_size: int
    ) -> None:
        super().__init__()
        self.players = nn.ModuleList([nets.generator(generators, dimension)])
        features = nets.critic_features(generators, dimension)
        self.critic = nn.Sequential(
            features,
            Similarities(generators, nets.UNITS, kernels, kernel_size),
            Linear(generators, nets.UNITS + kernels, 1),
        )

    def logits(self, x: Tensor, z: Tensor, noise: Tensor) -> Logits:
        """Criticise the two minibatches separately."""
        return self.critic(x), self.critic(self.players[0](z))


class Model(GameModel[Settings]):
    """A GAN with minibatch discrimination, trained."""

    SETTINGS = Settings

    @classmethod
    def game(cls, settings: Settings, generators: Generators, dimension: int) -> Game:
        """See `GameModel`."""
        return MinibatchGan(generators, dimension, settings.kernels, settings.kernel_size)
