"""WAE-GAN (Tolstikhin et al. 2018, arXiv 1711.01558, algorithm 1)."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from aeot.models.adversarial import bernoulli_loss
from aeot.models.waegan.settings import Settings
from aeot.models.wasserstein import WassersteinModel
from aeot.nets import Shape


class Model(WassersteinModel):
    """An adversary distinguishes codes from draws of the prior.

    Attributes:
        knows_prior: whether the prior's log-density is part of the adversary's logit, so that the
            net has to learn only the density of the codes (the paper's appendix). This is the case
            in the authors' code for CelebA; their WAE-GAN for MNIST is the model `aae`.
    """

    knows_prior = True
    settings: Settings

    def __init__(self, settings: Settings, shape: Shape) -> None:
        super().__init__(settings, shape)
        units = settings.adversary_units
        layers: list[nn.Module] = []
        for inputs in (settings.codes, units, units, units):
            layers += [nn.Linear(inputs, units), nn.ReLU()]
        self.adversary = nn.Sequential(*layers, nn.Linear(units, 1))

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        return super().optimisers() | {"adversary_adam": self.adam(self.adversary)}

    def rate(self, optimiser: str) -> float:
        """See `WassersteinModel`."""
        own = optimiser == "adversary_adam"
        return self.settings.adversary_rate if own else self.settings.learning_rate

    def logit(self, codes: Tensor) -> Tensor:
        """Log-odds (n, 1) that codes (n, d) are draws of the prior."""
        logit: Tensor = self.adversary(codes)
        if not self.knows_prior:
            return logit
        variance = self.settings.prior_deviation**2
        # The constant is that of the authors' code.
        constant = 0.5 * math.log(2 * math.pi) + 0.5 * codes.shape[1] * math.log(variance)
        return logit - codes.square().sum(dim=1, keepdim=True) / (2 * variance) - constant

    def penalty(self, codes: Tensor, prior: Tensor) -> Tensor:
        """-E log D(Q(x))."""
        self.adversary.requires_grad_(False)
        return softplus(-self.logit(codes)).mean()

    def after_step(
        self, optimisers: dict[str, torch.optim.Optimizer], codes: Tensor, prior: Tensor
    ) -> None:
        """Take a step of the adversary: penalty (-E log D(z) - E log(1 - D(Q(x))))."""
        self.adversary.requires_grad_(True)
        loss = self.settings.penalty * bernoulli_loss(self.logit(prior), self.logit(codes))
        optimisers["adversary_adam"].zero_grad()
        loss.backward()
        optimisers["adversary_adam"].step()
