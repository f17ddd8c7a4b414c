"""Adversarially learned inference (Dumoulin et al. 2017, arXiv 1606.00704, equation 2)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from aeot.models.adversarial import bernoulli_loss
from aeot.models.ali.settings import Settings
from aeot.models.encoding import EncodingModel
from aeot.nets import Shape, critic


class JointCritic(nn.Module):
    """Logit (n, 1) that images (n, c, h, w) are real and codes (n, d) theirs.

    The study's critic without its last layer, a layer on the codes, and one on both together.
    """

    def __init__(self, model: EncodingModel, settings: Settings) -> None:
        super().__init__()
        units = 16 * settings.width
        norm = model.norm if settings.critic_norm else None
        self.of_images = critic(model.shape, units, settings.width, norm)
        self.of_codes = nn.Linear(settings.codes, units)
        self.of_both = nn.Sequential(
            nn.LeakyReLU(0.2), nn.Linear(2 * units, units), nn.LeakyReLU(0.2), nn.Linear(units, 1)
        )

    def forward(self, images: Tensor, codes: Tensor) -> Tensor:
        """Criticise."""
        both = torch.cat([self.of_images(images), self.of_codes(codes)], dim=1)
        logit: Tensor = self.of_both(both)
        return logit


class Model(EncodingModel):
    """A critic distinguishes images with their inferred codes from generated images with theirs."""

    outputs = 2  # mean and log-deviation
    settings: Settings

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__(settings, shape)
        self.critic = JointCritic(self, settings)

    def code(self, images: Tensor) -> Tensor:
        """See `EncodingModel`."""
        mean: Tensor = self.encoder(images).chunk(2, dim=1)[0]
        return mean

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        pair = nn.ModuleList([self.encoder, self.generator])
        return {"critic_adam": self.adam(self.critic), "generator_adam": self.adam(pair)}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """N(0, I)."""
        return torch.randn((count, self.settings.codes), generator=random, device=random.device)

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """See `ImageModel`: draws of the prior, and the inferred codes' own noise."""
        return self.prior(count, random), self.prior(count, random)

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`: the critic's step, then that of encoder and generator."""
        z, spread = noise
        mean, log_deviation = self.encoder(real).chunk(2, dim=1)
        codes = mean + log_deviation.exp() * spread
        fake = self.generator(z)
        high, low = self.critic(real, codes.detach()), self.critic(fake.detach(), z)
        loss_d = bernoulli_loss(high, low)
        optimisers["critic_adam"].zero_grad()
        loss_d.backward()
        optimisers["critic_adam"].step()
        self.critic.requires_grad_(False)
        loss_g = (softplus(self.critic(real, codes)) + softplus(-self.critic(fake, z))).mean()
        optimisers["generator_adam"].zero_grad()
        loss_g.backward()
        optimisers["generator_adam"].step()
        self.critic.requires_grad_(True)
        return torch.stack([loss_d.detach(), loss_g.detach()])
