"""PacGAN on points; with a pack of one the plain GAN."""

from functools import partial

import torch
from torch import Tensor, nn

from aeot.checkpoint import Checkpoint
from aeot.mixtures.base import Points
from aeot.pointmodels import nets
from aeot.pointmodels.adversarial import Game, Logits, fit_game
from aeot.pointmodels.base import Fit
from aeot.pointmodels.pacgan.settings import Settings
from aeot.pointmodels.stacked import Generators


class PacGan(Game):
    """Generator, and a critic of packs."""

    def __init__(self, generators: Generators, dimension: int, pack: int) -> None:
        super().__init__()
        self.pack = pack
        self.players = nn.ModuleList([nets.generator(generators, dimension, pack)])
        self.critic = nets.critic(generators, pack * dimension)

    def logits(self, x: Tensor, z: Tensor, noise: Tensor) -> Logits:
        """Criticise packs; apart, so that the generator's gradient passes its own packs only."""
        real, fake = (
            self.critic(part.reshape(len(part), -1, self.pack * part.shape[-1]))
            for part in (x, self.players[0](z))
        )
        return real, fake


def fit(
    points: Points,
    settings: Settings,
    trials: int,
    seed: int,
    device: torch.device,
    checkpoint: Checkpoint | None = None,
) -> Fit:
    """Train: `fit_game`."""
    make = partial(PacGan, pack=settings.pack)
    return fit_game(make, points, settings, trials, seed, device, checkpoint)
