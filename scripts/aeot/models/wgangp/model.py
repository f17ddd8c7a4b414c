"""The Wasserstein GAN with a gradient penalty (Gulrajani et al. 2017, arXiv 1704.00028)."""

import torch
from torch import Tensor

from aeot.models.adversarial import AdversarialModel
from aeot.models.wgangp.settings import Settings


class Model(AdversarialModel):
    """A penalty moves the critic's gradient between real and generated images to norm 1."""

    fresh = True  # as in the code of Lucic et al.
    settings: Settings

    def more_noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """Positions between the images, a number for each."""
        return (torch.rand((count, 1, 1, 1), generator=random, device=random.device),)

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """E f(G z) - E f(x) + penalty E (|grad f(x + a (G z - x))| - 1)^2, a ~ U(0, 1)."""
        between = self.gradient_norm(real + noise[0] * (fake - real))
        penalty = self.settings.penalty * (between - 1).square().mean()
        high, low = self.scores(real, fake)
        return low.mean() - high.mean() + penalty

    def generator_loss(self, fake: Tensor) -> Tensor:
        """-E f(G z)."""
        return -self.critic(fake).mean()
