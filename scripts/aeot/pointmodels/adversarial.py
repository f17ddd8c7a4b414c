"""The training of GAN, PacGAN, MD and ALI: both players take a step from one forward pass."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.pointmodels.base import Fit
from aeot.pointmodels.nets import NOISE, generator
from aeot.pointmodels.stacked import Generators
from aeot.pointmodels.trained import NetModel
from aeot.pointmodels.training import TrialTraining
from aeot.pointmodels.trial_settings import StepSettings
from aeot.training import BLOCK

G = TypeVar("G", bound=StepSettings)
Logits = tuple[Tensor, Tensor]  # (T, n, 1) of real and of generated samples


class Game(nn.Module, ABC):
    """What a model defines: its networks, and the critic's logits of real and generated samples.

    Attributes:
        critic: the network that `loss_d` trains.
        players: the networks that `loss_g` trains; the first one is the generator.
        pack: number of real or generated points in a sample of the critic.
    """

    critic: nn.Module
    players: nn.ModuleList
    pack = 1

    @abstractmethod
    def logits(self, x: Tensor, z: Tensor, noise: Tensor) -> Logits:
        """Criticise real points x (T, n pack, d) and those generated from z (T, n pack, 2).

        `noise` (T, n pack, 2) is for an encoder.
        """


def losses(logits: Logits) -> tuple[Tensor, Tensor]:
    """Non-saturating losses (T,) of critic and generator (PacGAN; ALI, eq. 2).

    D: softplus(-real) + softplus(fake); G: softplus(real) + softplus(-fake), whose first term has a
    gradient only if an encoder produces the real pairs.
    """
    real, fake = logits
    plus = nn.functional.softplus
    loss_d = (plus(-real) + plus(fake)).mean(dim=(1, 2))
    loss_g = (plus(real) + plus(-fake)).mean(dim=(1, 2))
    return loss_d, loss_g


class GameModel(NetModel[G]):
    """A trained game: its generator."""

    @classmethod
    @abstractmethod
    def game(cls, settings: G, generators: Generators, dimension: int) -> Game:
        """Make the game of some trials in d dimensions, and draw its initial weights."""

    @classmethod
    def build(cls, settings: G, generators: Generators, dimension: int) -> nn.Module:
        """See `NetModel`; packs are used only in training."""
        return generator(generators, dimension)

    def noises(self) -> int:
        """See `NetModel`."""
        return NOISE

    @classmethod
    def fit(
        cls,
        points: Points,
        settings: G,
        trials: int,
        seed: int,
        device: torch.device,
        checkpoint: Checkpoint | None = None,
    ) -> Fit:
        """See `PointModel`; all trials of the game are trained together."""
        return Adversarial(cls, points, settings, trials, seed, device).fitted(checkpoint)


class Adversarial(TrialTraining):
    """The training of a game, as in PacGAN, except that batches are drawn with replacement."""

    def __init__(
        self,
        kind: type[GameModel[G]],
        points: Points,
        settings: G,
        trials: int,
        seed: int,
        device: torch.device,
    ) -> None:
        super().__init__(settings.steps, settings, trials, seed, device)
        self.settings: StepSettings = settings
        self.points = torch.from_numpy(points).to(device)
        dimension = points.shape[1]
        self.game = kind.game(settings, self.streams("weights"), dimension).to(device)
        self.model = kind(settings, trials, dimension, self.game.players[0])
        betas = (settings.beta1, settings.beta2)
        self.optimisers = [
            torch.optim.Adam(net.parameters(), settings.learning_rate, betas, fused=True)
            for net in (self.game.critic, self.game.players)
        ]

    def parts(self) -> dict[str, Any]:
        """See `Training`."""
        critic_adam, players_adam = self.optimisers
        return {
            "critic": self.game.critic, "players": self.game.players,
            "critic_adam": critic_adam, "players_adam": players_adam,
        }  # fmt: skip

    def draw(self, block: int) -> tuple[Tensor, ...]:
        """Rows (steps, T, n) of points, and noise (steps, T, n, 4)."""
        size, streams = self.settings.batch_size * self.game.pack, self.streams("block", block)
        rows = [torch.randint(len(self.points), (BLOCK, size), generator=g) for g in streams]
        noise = [torch.randn(BLOCK, size, 2 * NOISE, generator=g) for g in streams]
        return torch.stack(rows, 1).to(self.device), torch.stack(noise, 1).to(self.device)

    def take(self, step: int, *batch: Tensor) -> Tensor:
        """See `Training`."""
        rows, noise = batch
        z, other = noise.split(NOISE, dim=-1)
        loss_d, loss_g = losses(self.game.logits(self.points[rows], z, other))
        players = self.game.critic, self.game.players
        for net, loss, keep in zip(players, (loss_d, loss_g), (True, False), strict=True):
            parameters = list(net.parameters())
            grads = torch.autograd.grad(loss.sum(), parameters, retain_graph=keep)
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter.grad = grad
        for optimiser in self.optimisers:
            optimiser.step()
        return torch.stack([loss_d.mean(), loss_g.mean()])
