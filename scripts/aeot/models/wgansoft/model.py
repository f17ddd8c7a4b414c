"""The Wasserstein GAN with a soft one-sided random Lipschitz penalty (Ambrogioni 2018, a post).

This is a reconstruction: the post states that the penalty is random, zero where the Lipschitz
constraint is met and positive elsewhere, and that both players take their steps simultaneously. Its
formula and its settings are lost.
The gradient form is that of WGAN-LP (Petzka et al. 2018, arXiv 1709.08894, equation 8).
"""

import torch
from torch import Tensor

from aeot.models.adversarial import AdversarialModel
from aeot.models.wgansoft.settings import Settings

_LEAST_DISTANCE = 1e-12  # for equal images, whose slope is then zero


class Model(AdversarialModel):
    """Only slopes of the critic above 1 are penalised."""

    settings: Settings

    def more_noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """Positions between the images, a number for each (gradient form)."""
        return (torch.rand((count, 1, 1, 1), generator=random, device=random.device),)

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """E f(G z) - E f(x) + penalty E max(0, slope - 1)^2."""
        high, low = self.scores(real, fake)
        if self.settings.form == "gradient":
            slopes = self.gradient_norm(real + noise[0] * (fake - real))
        else:  # a batch is in random order: each image and its neighbour are a random pair
            pairs = ((real, fake, high, low), (real, real.roll(1, 0), high, high.roll(1, 0)),
                     (fake, fake.roll(1, 0), low, low.roll(1, 0)))  # fmt: skip
            slopes = torch.cat([_slope(*pair) for pair in pairs])
        penalty = self.settings.penalty * (slopes - 1).relu().square().mean()
        return low.mean() - high.mean() + penalty

    def generator_loss(self, fake: Tensor) -> Tensor:
        """-E f(G z)."""
        return -self.critic(fake).mean()


def _slope(a: Tensor, b: Tensor, at_a: Tensor, at_b: Tensor) -> Tensor:
    distance = (a - b).flatten(1).norm(dim=1).clamp_min(_LEAST_DISTANCE)
    return (at_a - at_b)[:, 0].abs() / distance
