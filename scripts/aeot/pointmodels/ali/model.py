"""ALI on points: the critic distinguishes (x, encoded x) from (generated x, z)."""

import torch
from torch import Tensor, nn

from aeot.pointmodels import nets
from aeot.pointmodels.adversarial import Game, GameModel, Logits
from aeot.pointmodels.ali.settings import Settings
from aeot.pointmodels.stacked import Generators


class Ali(Game):
    """Generator, encoder, and a critic of pairs."""

    def __init__(self, generators: Generators, dimension: int) -> None:
        super().__init__()
        generator = nets.generator(generators, dimension)
        self.players = nn.ModuleList([generator, nets.encoder(generators, dimension)])
        self.critic = nets.critic(generators, dimension + nets.NOISE)

    def logits(self, x: Tensor, z: Tensor, noise: Tensor) -> Logits:
        """Criticise pairs; the encoder is random because noise is appended to its input."""
        generator, encoder = self.players
        real = torch.cat([x, encoder(torch.cat([x, noise], dim=-1))], dim=-1)
        fake = torch.cat([generator(z), z], dim=-1)
        found, made = self.critic(torch.cat([real, fake], dim=1)).chunk(2, dim=1)
        return found, made


class Model(GameModel[Settings]):
    """ALI, trained."""

    SETTINGS = Settings

    @classmethod
    def game(cls, settings: Settings, generators: Generators, dimension: int) -> Game:
        """See `GameModel`."""
        return Ali(generators, dimension)
