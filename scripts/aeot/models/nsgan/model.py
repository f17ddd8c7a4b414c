"""The non-saturating GAN (Goodfellow et al. 2014, arXiv 1406.2661, section 3)."""

from torch import Tensor
from torch.nn.functional import softplus

from aeot.models.adversarial import AdversarialModel, bernoulli_loss


class Model(AdversarialModel):
    """The generator raises the log-probability that its images are taken for real."""

    def critic_loss(self, real: Tensor, fake: Tensor, *noise: Tensor) -> Tensor:
        """-E log D(x) - E log(1 - D(G z))."""
        return bernoulli_loss(*self.scores(real, fake))

    def generator_loss(self, fake: Tensor) -> Tensor:
        """-E log D(G z)."""
        return softplus(-self.critic(fake)).mean()
