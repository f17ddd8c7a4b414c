"""DRAGAN (Kodali et al. 2017, arXiv 1705.07215, algorithm 1), on the non-saturating losses.

The noise has half the standard deviation of the batch's pixels.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from aeot.models.adversarial import AdversarialModel, bernoulli_loss
from aeot.models.dragan.settings import Settings

_SPREAD = 0.5  # of the noise, in standard deviations of the batch


class Model(AdversarialModel):
    """A penalty moves the gradient of the critic's probability near real images to norm 1."""

    settings: Settings

    def more_noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """Noise for every pixel."""
        shape, device = (count, *self.shape), random.device
        if self.settings.variant == "paper":
            return (torch.randn(shape, generator=random, device=device),)
        share = torch.rand((count, 1, 1, 1), generator=random, device=device)
        return (share * torch.rand(shape, generator=random, device=device),)

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """-E log D(x) - E log(1 - D(G z)) + penalty E (|grad D(x + noise)| - 1)^2."""
        around = self.gradient_norm(real + _SPREAD * real.std() * noise[0], sigmoid=True)
        penalty = self.settings.penalty * (around - 1).square().mean()
        return bernoulli_loss(*self.scores(real, fake)) + penalty

    def generator_loss(self, fake: Tensor) -> Tensor:
        """-E log D(G z)."""
        return softplus(-self.critic(fake)).mean()
