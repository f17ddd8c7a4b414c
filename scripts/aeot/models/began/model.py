"""BEGAN (Berthelot et al. 2017, arXiv 1703.10717, section 3.4)."""

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
        """r(x) - k r(G z), r the mean absolute error; then k += rate (diversity r(x) - r(G z))."""
        of_real, of_fake = self.scores(real, fake)
        true, made = _distance(real, of_real), _distance(fake, of_fake)
        loss = true - self.balance.clone() * made
        with torch.no_grad():
            gap = self.settings.diversity * true - made
            self.balance += self.settings.balance_rate * gap
            if self.settings.variant == "paper":
                self.balance.clamp_(0, 1)
        return loss

    def generator_loss(self, fake: Tensor) -> Tensor:
        """r(G z)."""
        return _distance(fake, self.critic(fake))


def _distance(images: Tensor, reconstructed: Tensor) -> Tensor:
    return (reconstructed - images).abs().mean()
