"""BEGAN (Berthelot et al. 2017, arXiv 1703.10717, section 3.4).

In the paper, the balance k is updated with the errors before the players' steps and stays in [0,
1]. In the code of Lucic et al., it is updated with those after the steps, on the same images and
noise, and is not bounded.
"""

import torch
from torch import Tensor, nn

from aeot.models.adversarial import AdversarialModel
from aeot.models.began.settings import Settings
from aeot.nets import Shape, autoencoding_critic


class Model(AdversarialModel):
    """The critic is an autoencoder: it reconstructs real images well, and generated ones badly."""

    settings: Settings
    balance: Tensor

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__(settings, shape)
        self.register_buffer("balance", torch.zeros(()))

    def build_critic(self) -> nn.Module:
        """Make the autoencoder."""
        norm = self.norm if self.settings.critic_norm else None
        return autoencoding_critic(self.shape, width=self.settings.width, norm=norm)

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """r(x) - k r(G z), r the mean absolute error."""
        true, made = self._errors(real, fake)
        loss = true - self.balance.clone() * made
        if self.settings.variant == "paper":
            self._rebalance(true, made)
            self.balance.clamp_(0, 1)
        return loss

    @torch.no_grad()
    def after_step(self, real: Tensor, z: Tensor) -> None:
        """Update k, as in the code of Lucic et al."""
        if self.settings.variant == "lucic_v1":
            torch.clear_autocast_cache()  # with the weights before the steps
            self._rebalance(*self._errors(real, self.generator(z)))

    def generator_loss(self, fake: Tensor) -> Tensor:
        """r(G z)."""
        return _distance(fake, self.critic(fake))

    def _errors(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        of_real, of_fake = self.scores(real, fake)
        return _distance(real, of_real), _distance(fake, of_fake)

    @torch.no_grad()
    def _rebalance(self, true: Tensor, made: Tensor) -> None:
        """Add rate (diversity r(x) - r(G z)) to k."""
        self.balance += self.settings.balance_rate * (self.settings.diversity * true - made)


def _distance(images: Tensor, reconstructed: Tensor) -> Tensor:
    return (reconstructed - images).abs().mean()
