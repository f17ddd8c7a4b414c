"""What Wasserstein autoencoders share (Tolstikhin et al. 2018, arXiv 1711.01558, equation 4).

As in the authors' code: the squared error of an image is summed over its pixels and weighted with
0.05, the encoder sees images with a little noise, and the step size falls in steps.
"""

from abc import abstractmethod

import torch
from torch import Tensor, nn

from aeot.models.encoding import EncodingModel
from aeot.models.wasserstein_settings import WassersteinSettings

_JITTER = 0.01  # deviation of the noise on the encoder's images, cut off at two of them


class WassersteinModel(EncodingModel):
    """An autoencoder whose codes a penalty draws to the prior; a model states the penalty."""

    settings: WassersteinSettings

    @abstractmethod
    def penalty(self, codes: Tensor, prior: Tensor) -> Tensor:
        """Return how far codes (n, d) are from draws (n, d) of the prior."""

    def after_step(
        self, optimisers: dict[str, torch.optim.Optimizer], codes: Tensor, prior: Tensor
    ) -> None:
        """Do what follows a step of the autoencoder; `codes` are constants."""

    def optimisers(self) -> dict[str, torch.optim.Optimizer]:
        """See `ImageModel`."""
        return {"adam": self.adam(nn.ModuleList([self.encoder, self.generator]))}

    def prior(self, count: int, random: torch.Generator) -> Tensor:
        """N(0, deviation^2 I)."""
        shape = (count, self.settings.codes)
        drawn = torch.randn(shape, generator=random, device=random.device)
        return self.settings.prior_deviation * drawn

    def noise(self, count: int, random: torch.Generator) -> tuple[Tensor, ...]:
        """See `ImageModel`: draws of the prior, and noise for every pixel."""
        jitter = torch.empty((count, *self.shape), device=random.device)
        bound = 2 * _JITTER
        nn.init.trunc_normal_(jitter, 0, _JITTER, -bound, bound, random)
        return self.prior(count, random), jitter

    def take(
        self, step: int, optimisers: dict[str, torch.optim.Optimizer], real: Tensor, *noise: Tensor
    ) -> Tensor:
        """See `ImageModel`; the losses are the weighted squared error and the penalty."""
        prior, jitter = noise
        for name, optimiser in optimisers.items():
            for group in optimiser.param_groups:
                group["lr"] = self.rate(name) * self.share(step)
        codes = self.code(real + jitter).float()
        squares = (self.generator(codes) - real).square().sum(dim=(1, 2, 3))
        error = self.settings.reconstruction * squares.mean()
        penalty = self.penalty(codes, prior)
        optimisers["adam"].zero_grad()
        (error + self.settings.penalty * penalty).backward()
        optimisers["adam"].step()
        self.after_step(optimisers, codes.detach(), prior)
        return torch.stack([error.detach(), penalty.detach()])

    def rate(self, optimiser: str) -> float:
        """Return the first step size of an optimiser."""
        return self.settings.learning_rate

    def share(self, step: int) -> float:
        """Step size at a step over the first: 1, from 30 % of the steps 1/2, from 50 % 1/5."""
        done = step / self.settings.steps
        return 1.0 if done < 0.3 else 0.5 if done < 0.5 else 0.2
