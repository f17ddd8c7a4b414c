"""The least-squares GAN (Mao et al. 2017, arXiv 1611.04076, equation 9)."""

from torch import Tensor

from aeot.models.adversarial import AdversarialModel
from aeot.models.lsgan.settings import Settings


class Model(AdversarialModel):
    """The critic is fitted to 1 on real images and to 0 on generated ones."""

    settings: Settings

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """1/2 E (D(x) - 1)^2 + 1/2 E D(G z)^2."""
        high, low = (self._bounded(score) for score in self.scores(real, fake))
        return 0.5 * ((high - 1).square().mean() + low.square().mean())

    def generator_loss(self, fake: Tensor) -> Tensor:
        """1/2 E (D(G z) - 1)^2."""
        return 0.5 * (self._bounded(self.critic(fake)) - 1).square().mean()

    def _bounded(self, score: Tensor) -> Tensor:
        return score.sigmoid() if self.settings.variant == "lucic_v1" else score
