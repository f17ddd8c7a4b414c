"""PacGAN on points; with a pack of one, the plain GAN."""

from torch import Tensor, nn

from aeot.pointmodels import nets
from aeot.pointmodels.adversarial import Game, GameModel, Logits
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
        """Criticise real and generated packs in separate passes."""
        real, fake = (
            self.critic(part.reshape(len(part), -1, self.pack * part.shape[-1]))
            for part in (x, self.players[0](z))
        )
        return real, fake


class Model(GameModel[Settings]):
    """PacGAN, trained."""

    SETTINGS = Settings

    @classmethod
    def game(cls, settings: Settings, generators: Generators, dimension: int) -> Game:
        """See `GameModel`."""
        return PacGan(generators, dimension, settings.pack)
