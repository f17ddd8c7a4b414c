"""The Wasserstein GAN with clipped weights (Arjovsky et al. 2017, arXiv 1701.07875, algorithm 1).

It is trained with Adam, and all parameters of the critic are clipped, including those of batch
norms, as in the code of Lucic et al.
"""

import torch
from torch import Tensor

from aeot.models.adversarial import AdversarialModel
from aeot.models.wgan.settings import Settings


class Model(AdversarialModel):
    """The critic estimates the Wasserstein distance over functions with clipped weights."""

    settings: Settings

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """E f(G z) - E f(x)."""
        high, low = self.scores(real, fake)
        return low.mean() - high.mean()

    def generator_loss(self, fake: Tensor) -> Tensor:
        """-E f(G z)."""
        return -self.critic(fake).mean()

    @torch.no_grad()
    def after_critic_step(self) -> None:
        """Clip."""
        for parameter in self.critic.parameters():
            parameter.clamp_(-self.settings.clip, self.settings.clip)
